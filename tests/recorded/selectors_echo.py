"""A server that waits with each of the ways there are: select, poll, epoll in turn."""
import selectors
import socket
import sys

with socket.create_server(("127.0.0.1", int(sys.argv[1])), backlog=3) as server:
    server.setblocking(False)
    for kind in (selectors.SelectSelector, selectors.PollSelector, selectors.EpollSelector):
        with kind() as selector:
            selector.register(server, selectors.EVENT_READ)
            open_ = True
            while open_:
                for key, _ in selector.select():
                    if key.fileobj is server:
                        peer, _ = server.accept()
                        peer.setblocking(False)
                        selector.register(peer, selectors.EVENT_READ)
                    elif data := key.fileobj.recv(1000):
                        key.fileobj.sendall(data)
                    else:
                        selector.unregister(key.fileobj)
                        key.fileobj.close()
                        open_ = False
