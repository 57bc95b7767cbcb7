"""Datagrams there and back: server or client."""
import socket
import sys

here = ("127.0.0.1", int(sys.argv[2]))
with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
    if sys.argv[1] == "server":
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 65536)
        sock.bind(here)
        for _ in range(3):
            data, peer = sock.recvfrom(2048)
            sock.sendto(data.upper(), peer)
    else:
        sock.settimeout(10)
        for data in (b"hello", bytes(range(256)), b""):
            sock.sendto(data, here)
            print(sock.recvfrom(2048))
        sock.settimeout(0.001)
        try:
            sock.recvmsg(2048, 64)
        except TimeoutError as error:
            print(error)
