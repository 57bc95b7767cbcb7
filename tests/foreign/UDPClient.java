import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;

/** The UDP client of the textbooks: run it with {@code java UDPClient.java HOST PORT}. */
class UDPClient {
    public static void main(String[] args) throws Exception {
        BufferedReader inFromUser = new BufferedReader(new InputStreamReader(System.in));
        DatagramSocket clientSocket = new DatagramSocket();
        InetAddress address = InetAddress.getByName(args[0]);
        byte[] sendData = inFromUser.readLine().getBytes("UTF-8");
        byte[] receiveData = new byte[1024];
        clientSocket.send(new DatagramPacket(sendData, sendData.length, address, Integer.parseInt(args[1])));
        DatagramPacket receivePacket = new DatagramPacket(receiveData, receiveData.length);
        clientSocket.receive(receivePacket);
        String modifiedSentence = new String(receivePacket.getData(), 0, receivePacket.getLength(), "UTF-8");
        System.out.println("FROM SERVER:" + modifiedSentence);
        clientSocket.close();
    }
}
