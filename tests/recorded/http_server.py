"""One request to Python's own HTTP server."""
import sys
from http.server import BaseHTTPRequestHandler, HTTPServer


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    wbufsize = -1  # head and body are sent at once: the client gets both or neither

    # The answer is the same at any time.
    def date_time_string(self, timestamp=None):
        return "now"

    def do_GET(self):
        body = f"You asked for {self.path}\n".encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


with HTTPServer(("127.0.0.1", int(sys.argv[1])), Handler) as server:
    server.handle_request()
