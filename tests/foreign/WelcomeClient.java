import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/** A client of the welcome server, as Java has sockets: run it with {@code java WelcomeClient.java ADDRESS PORT}. */
class WelcomeClient {
    public static void main(String[] args) throws Exception {
        try (Socket socket = new Socket(args[0], Integer.parseInt(args[1]))) {
            InputStream in = socket.getInputStream();
            OutputStream out = socket.getOutputStream();
            byte[] buf = new byte[256];
            int n = in.read(buf);
            System.out.println("** From Server : " + new String(buf, 0, n - 1, StandardCharsets.UTF_8));
            out.write("I want a HTTP Service.\0".getBytes(StandardCharsets.UTF_8));
        }
    }
}
