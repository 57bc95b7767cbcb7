import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.net.Socket;

/** The client of Oracle's tutorial, for one line: run it with {@code java EchoClient.java HOST PORT}. */
class EchoClient {
    public static void main(String[] args) throws Exception {
        try (Socket echoSocket = new Socket(args[0], Integer.parseInt(args[1]));
             PrintWriter out = new PrintWriter(echoSocket.getOutputStream(), true);
             BufferedReader in = new BufferedReader(new InputStreamReader(echoSocket.getInputStream()));
             BufferedReader stdIn = new BufferedReader(new InputStreamReader(System.in))) {
            out.println(stdIn.readLine());
            System.out.println("echo: " + in.readLine());
        }
    }
}
