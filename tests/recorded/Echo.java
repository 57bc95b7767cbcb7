// Lines there and back: server (a thread for each client) or client.

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;

class Echo {
    static final int CLIENTS = 2;

    public static void main(String[] args) throws Exception {
        int port = Integer.parseInt(args[1]);
        InetAddress here = InetAddress.getByAddress(new byte[] {127, 0, 0, 1});
        if (args[0].equals("server")) {
            server(new ServerSocket(port, 5, here));
        } else {
            for (int i = 0; i < CLIENTS; i++) {
                client(new Socket(here, port));
            }
        }
    }

    static void server(ServerSocket server) throws Exception {
        for (int i = 0; i < CLIENTS; i++) {
            Socket socket = server.accept();
            Thread thread = new Thread(() -> echo(socket));
            thread.start();
            thread.join();
        }
        server.close();
    }

    static void echo(Socket socket) {
        try (socket) {
            var in = new BufferedReader(new InputStreamReader(socket.getInputStream()));
            var out = new PrintStream(socket.getOutputStream());
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                out.write((line.toUpperCase() + "\n").getBytes());
            }
        } catch (IOException e) {
            throw new RuntimeException(e);
        }
    }

    static void client(Socket socket) throws Exception {
        socket.setTcpNoDelay(true);
        socket.setSoTimeout(10_000);
        var in = new BufferedReader(new InputStreamReader(socket.getInputStream()));
        for (String word : new String[] {"one", "two"}) {
            socket.getOutputStream().write((word + "\n").getBytes());
            System.out.println(in.readLine());
        }
        socket.close();
    }
}
