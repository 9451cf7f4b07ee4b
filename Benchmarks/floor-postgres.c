// The least that a PostgreSQL check at level ping can do: floor-postgres PORT.
// Asks for TLS first, as libpq's default sslmode=prefer does, and is told N by a server without.
// An authentication request is ready; without one (trust) ready is ReadyForQuery; an error is exit 1.
#include "floor.h"

static const char ssl_request[] = {0, 0, 0, 8, 0x04, 0xd2, 0x16, 0x2f};
static const char startup[] = "\0\3\0\0user\0postgres\0database\0postgres\0application_name\0waitfor\0";
static const char terminate[] = {'X', 0, 0, 0, 4};

static uint32_t number(const char *bytes) {
    uint32_t value;
    memcpy(&value, bytes, sizeof value);
    return ntohl(value);
}

int main(int argc, char **argv) {
    if (argc != 2) return 1;
    struct peer peer = connect_to(argv[1]);
    send_all(peer, ssl_request, sizeof ssl_request);
    char answer;
    if (receive(peer, &answer, 1) != 1 || answer != 'N') return 1;

    char packet[4 + sizeof startup];
    uint32_t length = htonl(sizeof packet);
    memcpy(packet, &length, 4);
    memcpy(packet + 4, startup, sizeof startup);
    send_all(peer, packet, sizeof packet);

    // What follows the first message of a trusted login is under 1 KiB: it all stays in the buffer.
    static char buffer[8192];
    size_t have = 0, start = 0;
    for (;;) {
        while (have - start < 5 || have - start < 1 + number(buffer + start + 1)) {
            if (have == sizeof buffer) return 1;
            have += receive(peer, buffer + have, sizeof buffer - have);
        }
        const char *message = buffer + start;
        if (message[0] == 'E') return 1;
        if (message[0] == 'R' && number(message + 5) != 0) break;
        if (message[0] == 'Z') {
            send_all(peer, terminate, sizeof terminate);
            break;
        }
        if (start == 0 && message[0] != 'R') return 1;
        start += 1 + number(message + 1);
    }
    close(peer.socket);
    return 0;
}
