//! Why a call has sent RST.

use super::packet::{bytes, is_reset};
use crate::trace::{Entered, Packet, SocketState};

/// Why a `close` has sent RST in place of FIN, as far as its socket tells, as it was before. Nothing for other calls, and
/// where no RST went.
pub(super) fn why_reset<'a>(
    entered: &Entered,
    before: Option<&SocketState>,
    packets: impl IntoIterator<Item = &'a Packet>,
) -> Option<String> {
    let before = before.filter(|_| entered.name == "close")?;
    let mine = |packet: &Packet| {
        is_reset(&packet.carries)
            && before.local.as_ref() == Some(&packet.from)
            && before.peer.as_ref() == Some(&packet.to)
    };
    packets.into_iter().any(mine).then(|| reason(before)).flatten()
}

fn reason(before: &SocketState) -> Option<String> {
    let lingers = before.options.iter().find(|option| option.name == "SO_LINGER");
    match unread(before) {
        0 if lingers.is_some_and(|option| option.value.to_string().contains("l_linger=0")) => {
            Some("RST in place of FIN: with SO_LINGER of 0 seconds close is an abort".into())
        }
        0 => None,
        count => Some(format!(
            "RST in place of FIN: {} had come and lay unread in the receive queue; a close that throws data away \
             tells the peer so (RFC 2525 section 2.17)",
            bytes(count)
        )),
    }
}

/// Bytes of a connection that wait to be read. In CLOSE_WAIT Linux counts the FIN, too.
pub(super) fn unread(socket: &SocketState) -> u32 {
    match socket.state.as_deref() {
        Some("ESTABLISHED" | "FIN_WAIT_1" | "FIN_WAIT_2" | "TIME_WAIT" | "CLOSE") => {
            socket.receive_queue
        }
        Some("CLOSE_WAIT" | "LAST_ACK" | "CLOSING") => socket.receive_queue.saturating_sub(1),
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::show::welcome::{CLIENT, SERVER, entered, socket};
    use crate::trace::{Arg, Carried, Segment, Value};

    fn packet(from: &str, to: &str, flags: &'static str) -> Packet {
        let segment = Segment { flags: flags.into(), seq: 1, ack: Some(2), length: 0, window: 9 };
        let (from, to, data) = (from.into(), to.into(), Vec::new());
        Packet { caused_by: Some(1), from, to, carries: Carried::Tcp(segment), data }
    }

    #[test]
    fn only_a_close_that_sends_rst_has_a_reason() {
        let close = entered(1, 0, "close", vec![]);
        let now = SocketState {
            state: Some("ESTABLISHED".into()),
            peer: Some(CLIENT.into()),
            receive_queue: 1,
            ..socket(1, SERVER)
        };
        let (reset, fin) = (packet(SERVER, CLIENT, "RST|ACK"), packet(SERVER, CLIENT, "FIN|ACK"));
        let theirs = packet(CLIENT, SERVER, "RST");
        let why = |call: &Entered, state: &SocketState, sent: &Packet| {
            why_reset(call, Some(state), [sent])
        };
        assert!(why(&close, &now, &reset).is_some_and(|why| why.contains("1 byte had come")));
        assert_eq!(why(&close, &now, &fin), None);
        assert_eq!(why(&close, &now, &theirs), None);
        assert_eq!(why(&entered(1, 0, "shutdown", vec![]), &now, &reset), None);

        let read = SocketState { receive_queue: 0, ..now.clone() };
        assert_eq!(why(&close, &read, &reset), None);
        let half = SocketState { receive_queue: 1, state: Some("CLOSE_WAIT".into()), ..now };
        assert_eq!(why(&close, &half, &reset), None, "that one is the FIN");
        let fields = vec![Arg::new("l_onoff", Value::Int(1)), Arg::new("l_linger", Value::Int(0))];
        let options = vec![Arg::new("SO_LINGER", Value::Struct(fields))];
        let lingers = SocketState { options, ..read };
        assert!(why(&close, &lingers, &reset).is_some_and(|why| why.contains("SO_LINGER")));
    }
}
