// Asks for every option of the levels that programs use, known to this kernel or not.
#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static void all(int sd, int level, int last)
{
    for (int name = 1; name <= last; name++) {
        char value[512] = {0};
        socklen_t room = sizeof(int);
        if (level == IPPROTO_IPV6 && name >= 63 && name <= 69) {
            continue; // iptables' own, and one that Linux lacks
        }
        getsockopt(sd, level, name, value, &room);
    }
}

int main(void)
{
    int tcp = socket(AF_INET, SOCK_STREAM, 0), udp = socket(AF_INET, SOCK_DGRAM, 0);
    int six = socket(AF_INET6, SOCK_DGRAM, 0), un = socket(AF_UNIX, SOCK_STREAM, 0);
    all(tcp, SOL_SOCKET, 90);
    all(udp, SOL_SOCKET, 90);
    all(un, SOL_SOCKET, 90);
    all(udp, IPPROTO_IP, 60);
    all(six, IPPROTO_IPV6, 90);
    all(tcp, IPPROTO_TCP, 60);
    all(udp, IPPROTO_UDP, 110);
    return 0;
}
