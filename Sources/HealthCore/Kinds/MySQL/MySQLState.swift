/// What a server tells of its variables: whether it takes writes, whether it is a node of a Galera cluster.
package struct MySQLState {
    /// The query for everything that keeps a session from writing. No server has all of these variables.
    package static let readOnlyQuery = """
        SHOW VARIABLES WHERE Variable_name IN ('read_only', 'super_read_only', 'innodb_read_only', \
        'transaction_read_only', 'tx_read_only')
        """
    /// The query for whether this is a node of a cluster; a server that was built without has no answer.
    package static let galeraQuery = "SHOW VARIABLES LIKE 'wsrep_on'"
    /// The query for whether the node answers for the cluster.
    package static let nodeQuery = "SHOW STATUS LIKE 'wsrep_ready'"

    private let values: [(name: String, value: String)]

    /// Reads the rows of `SHOW VARIABLES` or `SHOW STATUS`. What is not read would be taken for what is not set.
    package init(_ result: MySQLResult) throws(Failure) {
        var values: [(name: String, value: String)] = []
        for row in result.rows {
            guard row.count == 2, let name = row[0], let value = row[1], !value.isEmpty else {
                throw Failure(.protocol, "not how a MySQL server lists its variables")
            }
            values.append((String(decoding: name, as: UTF8.self), String(decoding: value, as: UTF8.self)))
        }
        self.values = values
    }

    /// Refuses an answer without `read_only`, which every server has.
    package func requireKnown() throws(Failure) {
        guard values.contains(where: { $0.name.lowercased() == "read_only" }) else {
            throw Failure(.protocol, "it does not say whether it is read_only")
        }
    }

    /// The name of the first variable that keeps the session from writing; nil where none does.
    package var readOnlyVariable: String? {
        // `NO_LOCK` and its like are MariaDB's, and keep from writing all the same.
        values.first { Flag.parse($0.value) != false }?.name
    }

    /// Whether the one variable is on.
    package var isOn: Bool { values.first.flatMap { Flag.parse($0.value) } == true }

    /// Refuses a server that takes no writes.
    package func requireWritable() throws(Failure) {
        guard let name = readOnlyVariable else { return }
        throw Failure(.readOnly, "\(PrintableText.line(name, atMost: 40)) is set")
    }

    /// Refuses a node that does not answer for its cluster.
    package func requireReadyNode() throws(Failure) {
        guard !isOn else { return }
        throw Failure(.starting, "wsrep_ready is off: the node is not in step with its cluster").advising(
            .galeraNode)
    }
}
