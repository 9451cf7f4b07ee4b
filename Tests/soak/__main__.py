#!/usr/bin/python3
"""An agent with 200 targets of every kind, half of which flap, for some minutes, while it is scraped, reloaded and abused.

usage: soak PROGRAM MINUTES REDIS_PORT POSTGRES_PORT DIRECTORY [SEED]
"""

import asyncio
import json
import logging
import os
import random
import signal
import socket
import subprocess
import sys
import time

from peers import Peer
from watch import Counters, Sample, drift

program, minutes, redis_port, postgres_port, directory = sys.argv[1], float(sys.argv[2]), *sys.argv[3:6]
seed = int(sys.argv[6]) if len(sys.argv) > 6 else int(time.time())
random.seed(seed)
# Peers that are hung up on are the point here.
logging.getLogger("asyncio").setLevel(logging.CRITICAL)
configuration, flag = f"{directory}/waitfor.yaml", f"{directory}/flag"
port = 0
problems = []
counts = {"scrapes": 0, "reloads": 0, "broken reloads": 0, "abuses": 0}
# Longer than any answer of an agent that is not stuck, on a machine that has other work.
PATIENCE = 5


def note(problem):
    if len(problems) < 50:
        problems.append(problem)
        print(f"soak: {problem}", flush=True)


def certificate():
    pair = (f"{directory}/cert.pem", f"{directory}/key.pem")
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
                    "-days", "2", "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1",
                    "-out", pair[0], "-keyout", pair[1]], check=True, capture_output=True)
    return pair


def make_peers(pair):
    def some(kind, count, steady=False):
        return [Peer(kind, random.Random(random.random()), pair, steady) for _ in range(count)]
    return (some("redis", 10, True) + some("http", 10, True) + some("https", 5, True) + some("tcp", 10, True)
            + some("redis", 35) + some("postgres", 20) + some("http", 25) + some("https", 10) + some("tcp", 15))


def target_lines(peers, pair):
    """The YAML lines of all targets, a list for each."""
    lines = {}
    for number, peer in enumerate(peers):
        place = f"127.0.0.1:{peer.port}"
        name = f"{peer.kind}-{'steady' if peer.steady else 'flapping'}-{number}"
        lines[name] = {"redis": f'redis: "redis://{place}"', "postgres": f'postgres: "postgres://u@{place}/d"',
                       "http": f'http: "http://{place}/", expect_body: "ok"',
                       "https": f'http: "https://{place}/", ca_file: "{pair[0]}"', "tcp": f'tcp: "{place}"'}[peer.kind]
    for number in range(20):
        lines[f"real-redis-{number}"] = f'redis: "redis://127.0.0.1:{redis_port}/{number % 4}"'
    for number in range(15):
        level = ', level: query, password: "secret"' if number % 3 == 0 else ""
        lines[f"real-postgres-{number}"] = f'postgres: "postgres://postgres@127.0.0.1:{postgres_port}/postgres"{level}'
    for number in range(10):
        lines[f"file-{number}"] = f'file: "{flag}-{number % 3}"'
    for number, command in enumerate(["exit 0", "exit 1", "sleep 0.05", "sleep 9", "sleep 9 & exit 0", "echo much; exit 3",
                                      "kill -9 $$", "yes | head -c 100000", "exec sleep 0.01", "cat"] ):
        lines[f"exec-{number}"] = f'exec: "{command}"'
    for number in range(5):
        lines[f"dns-{number}"] = f'dns: "{["localhost", "nowhere.invalid"][number % 2]}"'
    return lines


def write_configuration(lines, generation, is_broken):
    chosen = dict(lines)
    if generation:
        # Some go, one is new, some change.
        for name in random.sample(list(chosen), 5):
            del chosen[name]
        chosen[f"new-{generation}"] = 'tcp: "127.0.0.1:1"'
    text = [f"listen: 127.0.0.1:{port}", "defaults: {timeout: 500ms, retries: 3, start_period: 2s, start_interval: 100ms}",
            "targets:"]
    for number, (name, line) in enumerate(chosen.items()):
        slow = line.startswith("exec") or "password" in line
        interval = 500 if slow else 100 + (number * 37 + (generation if number % 9 == 0 else 0)) % 400
        text.append(f"  {name}: {{{line}, interval: {interval}ms}}")
    if is_broken:
        text.append("  broken: {tcp: [")
    with open(configuration + ".new", "w") as file:
        file.write("\n".join(text) + "\n")
    os.rename(configuration + ".new", configuration)
    return len(chosen)


async def get(path):
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        writer.write(f"GET {path} HTTP/1.0\r\n\r\n".encode())
        whole = await asyncio.wait_for(reader.read(-1), PATIENCE)
    finally:
        writer.close()
    head, _, body = whole.partition(b"\r\n\r\n")
    return int(head.split()[1]), body.decode()


async def scrape(ends):
    counters = Counters()
    loop = asyncio.get_running_loop()
    while loop.time() < ends:
        await asyncio.sleep(1)
        try:
            status, body = await get("/metrics")
            for complaint in counters.read(body) if status == 200 else [f"/metrics is {status}"]:
                note(complaint)
            status, body = await get("/status")
            if len(json.loads(body)["targets"]) < 190:
                note("targets are missing from /status")
            status, body = await get("/livez?verbose")
            if status != 200:
                note(f"/livez is {status}: {body[:200]}")
            counts["scrapes"] += 1
        except (OSError, ValueError, IndexError, asyncio.TimeoutError) as error:
            note(f"a scrape failed: {error!r}")


# What the commands of `exec-N` end with never changes.
FAILING = {"exec-1", "exec-3", "exec-5", "exec-6", "dns-1", "dns-3"}


async def judge():
    """At the end: what was good all the time is healthy, and what cannot pass is not."""
    states = {target["name"]: target["state"] for target in json.loads((await get("/status"))[1])["targets"]}
    for name, state in states.items():
        if name.startswith("real-redis") and state != "healthy":
            note(f"{name} is {state}")
        if name in FAILING and state != "unhealthy":
            note(f"{name} is {state}")


async def reload(agent, lines, ends):
    loop = asyncio.get_running_loop()
    generation = 0
    while loop.time() + 20 < ends:
        await asyncio.sleep(20)
        generation += 1
        is_broken = generation % 10 == 0
        write_configuration(lines, generation, is_broken)
        agent.send_signal(signal.SIGHUP)
        counts["broken reloads" if is_broken else "reloads"] += 1


async def flip_files(ends):
    loop = asyncio.get_running_loop()
    while loop.time() < ends:
        path = f"{flag}-{random.randrange(3)}"
        os.remove(path) if os.path.exists(path) else open(path, "w").close()
        await asyncio.sleep(random.uniform(0.2, 1.5))


ABUSE = [b"", b"GET", b"GET / HTTP/1.1\r\nHost: localhost\r\n", b"\x16\x03\x01\x02\0\x01\0", b"GET /" + b"a" * 9000, b"\r\n" * 100,
         b"POST /metrics HTTP/1.1\r\nContent-Length: 100000\r\n\r\nx", b"GET /metrics HTTP/1.1\r\nHost: localhost\r\n\r\n" * 50,
         b"GET / HTTP/9.9\r\n\r\n", b"\0" * 500, b"GET /readyz?verbose HTTP/1.1\r\nHost: localhost\r\n\r\n" * 20]


async def abuse(ends):
    """Seventeen clients a second who send nonsense, stop in the middle, or never read."""
    loop = asyncio.get_running_loop()

    async def one():
        try:
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.write(random.choice(ABUSE))
            await asyncio.sleep(random.uniform(0, 2))
            if random.random() < 0.5:
                await asyncio.wait_for(reader.read(100), 1)
            writer.close()
        except (OSError, asyncio.TimeoutError):
            pass

    running = set()
    while loop.time() < ends:
        task = asyncio.create_task(one())
        running.add(task)
        task.add_done_callback(running.discard)
        counts["abuses"] += 1
        await asyncio.sleep(1 / 17)
    await asyncio.gather(*running)


async def watch(agent, ends, samples):
    loop = asyncio.get_running_loop()
    began = loop.time()
    while loop.time() < ends and agent.poll() is None:
        await asyncio.sleep(min(10, minutes * 60 / 16))
        try:
            looks = []
            for _ in range(10):
                looks.append(Sample(agent.pid, loop.time() - began))
                await asyncio.sleep(0.03)
            samples.append(min(looks, key=lambda sample: (sample.zombies, sample.descriptors)))
            print(samples[-1], flush=True)
        except OSError:
            break


async def main():
    global port
    pair = certificate()
    peers = make_peers(pair)
    lines = target_lines(peers, pair)
    with socket.socket() as place:
        place.bind(("127.0.0.1", 0))
        port = place.getsockname()[1]
    count = write_configuration(lines, 0, False)
    log = open(f"{directory}/agent.log", "w")
    loop = asyncio.get_running_loop()
    ends = loop.time() + minutes * 60
    living = [asyncio.create_task(peer.live(ends)) for peer in peers]
    await asyncio.sleep(0.5)
    agent = subprocess.Popen([program, "agent", "-c", configuration], stderr=log, stdin=subprocess.DEVNULL)
    print(f"soak: {count} targets for {minutes:g} minutes, seed {seed}", flush=True)
    samples = []
    await asyncio.sleep(1)
    await asyncio.gather(scrape(ends), reload(agent, lines, ends), flip_files(ends), abuse(ends),
                         watch(agent, ends, samples), *living)
    loop.set_exception_handler(lambda *_: None)  # connections that end with everything
    if agent.poll() is not None:
        note(f"the agent ended: {agent.returncode}")
    else:
        await judge()
        agent.send_signal(signal.SIGTERM)
        try:
            if agent.wait(5) != 0:
                note(f"SIGTERM: exit code {agent.returncode}")
        except subprocess.TimeoutExpired:
            agent.kill()
            note("SIGTERM was not heard within 5 s")
    for complaint in drift(samples):
        note(complaint)
    if counts["scrapes"] < minutes * 20:
        note(f"only {counts['scrapes']} scrapes were answered")
    print("soak: " + ", ".join(f"{value} {name}" for name, value in counts.items()))
    if problems:
        print(open(f"{directory}/agent.log").read()[-3000:])
        print(f"soak: {len(problems)} problems; run it again with seed {seed}")
        return 1
    print("soak: flat")
    return 0


sys.exit(asyncio.run(main()))
