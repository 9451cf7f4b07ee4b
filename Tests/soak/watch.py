"""What the kernel says of the agent, and whether it stays the same."""

import os


class Sample:
    def __init__(self, pid, moment):
        self.moment = moment
        status = dict(line.split(":\t", 1) for line in open(f"/proc/{pid}/status") if ":\t" in line)
        self.resident = int(status["VmRSS"].split()[0])
        self.threads = int(status["Threads"])
        self.descriptors = len(os.listdir(f"/proc/{pid}/fd"))
        self.children, self.zombies = 0, 0
        for child in open(f"/proc/{pid}/task/{pid}/children").read().split():
            self.children += 1
            try:
                self.zombies += open(f"/proc/{child}/stat").read().rsplit(")", 1)[1].split()[0] == "Z"
            except OSError:
                pass

    def __str__(self):
        return (f"{self.moment:6.0f} s  {self.resident:6} KiB  {self.descriptors:4} descriptors  "
                f"{self.children:2} children  {self.zombies} zombies  {self.threads} threads")


def drift(samples):
    """What grew from the second quarter of the samples to the last, as complaints."""
    quarter = max(1, len(samples) // 4)
    early, late = samples[quarter:2 * quarter], samples[-quarter:]
    complaints = []
    # The answers of a busy moment are given back: the least of many looks is what stays, and the most is bounded.
    before, after = (min(s.resident for s in part) for part in (early, late))
    if after > before * 1.05 + 256:
        complaints.append(f"the resident set grew from {before} to {after} KiB")
    most = max(s.resident for s in late)
    if most > after + 4096:
        complaints.append(f"the resident set had {most} KiB for a moment, and has {after}")
    # Probes in flight come and go: the least of many looks is what is never closed.
    before, after = (min(s.descriptors for s in part) for part in (early, late))
    if after > before + 8:
        complaints.append(f"descriptors grew from {before} to {after}")
    if max(s.threads for s in samples) > 1:
        complaints.append("there was a second thread")
    if min(s.zombies for s in late) > 0:
        complaints.append(f"{min(s.zombies for s in late)} zombies stay")
    return complaints


class Counters:
    """The counters of /metrics, which only go up and add up."""

    def __init__(self):
        self.known = {}
        self.scrapes = 0

    def read(self, text):
        complaints = []
        samples = {}
        for line in text.splitlines():
            if line.startswith("#") or not line:
                continue
            name, value = line.rsplit(" ", 1)
            samples[name] = float(value)
        probes, failures = {}, {}
        for name, value in samples.items():
            family, _, labels = name.partition("{")
            target = labels.partition('target="')[2].partition('"')[0]
            if family == "waitfor_probes_total":
                probes[target] = value
            elif family == "waitfor_probe_failures_total":
                failures[target] = failures.get(target, 0) + value
        for target, count in probes.items():
            if failures.get(target, 0) > count:
                complaints.append(f"{target}: more failures than probes")
            # A target that a reload changed begins anew.
            self.known[target] = count
        self.scrapes += 1
        return complaints
