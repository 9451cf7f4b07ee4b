// The least that a Redis check can do: floor-redis PORT. PING, exactly +PONG, exit 0.
#include "floor.h"

int main(int argc, char **argv) {
    if (argc != 2) return 1;
    static const char ping[] = "*1\r\n$4\r\nPING\r\n", pong[] = "+PONG\r\n";
    struct peer peer = connect_to(argv[1]);
    send_all(peer, ping, sizeof ping - 1);

    char reply[64];
    size_t have = 0;
    while (have < sizeof pong - 1) have += receive(peer, reply + have, sizeof reply - have);
    close(peer.socket);
    return memcmp(reply, pong, sizeof pong - 1) != 0;
}
