"""A client of the welcome server, as Python has sockets."""
import sys
from socket import AF_INET, SOCK_STREAM, socket

clientSocket = socket(AF_INET, SOCK_STREAM)
clientSocket.connect((sys.argv[1], int(sys.argv[2])))
print("** From Server :", clientSocket.recv(256).rstrip(b"\0").decode())
clientSocket.send(b"I want a HTTP Service.\0")
clientSocket.close()
