//! A packet as one line.

use super::brief;
use crate::trace::{Carried, Packet, Segment};

/// The packet: who to whom, and what.
pub fn packet(packet: &Packet) -> String {
    let Packet { from, to, carries, .. } = packet;
    let mark = if is_reset(carries) { "✖ " } else { "" };
    let mut text = format!("{from} → {to}  {mark}{}", labels(carries)[0]);
    match carries {
        Carried::Tcp(segment) => text.push_str(&format!(" window={}", segment.window)),
        Carried::Icmp { about: Some(about), .. } => text.push_str(&format!(", about {about}")),
        _ => {}
    }
    // What a complaint carries is the head of the packet that it is about, which stands there in words.
    let told = matches!(carries, Carried::Icmp { about: Some(_), .. });
    let data: &[u8] = if told { &[] } else { &packet.data };
    match brief(data).replace('\n', "\\n") {
        data if data.is_empty() => text,
        data => format!("{text}  \"{data}\""),
    }
}

/// Whether it breaks a connection off.
pub(super) fn is_reset(carries: &Carried) -> bool {
    matches!(carries, Carried::Tcp(segment) if segment.flags.split('|').any(|flag| flag == "RST"))
}

/// Bytes of payload.
pub(super) fn length(carries: &Carried) -> u64 {
    match carries {
        Carried::Tcp(segment) => segment.length.into(),
        Carried::Udp { length } | Carried::Other { length, .. } => (*length).into(),
        Carried::Icmp { .. } => 0,
    }
}

/// What a packet is, from the longest text to the shortest.
pub(super) fn labels(carries: &Carried) -> Vec<String> {
    match carries {
        Carried::Tcp(segment) => of_segment(segment),
        Carried::Udp { length } => vec![format!("UDP {}", bytes(*length)), "UDP".into()],
        Carried::Icmp { meaning, .. } => {
            let short = meaning.rsplit(", ").next().unwrap_or(meaning);
            vec![format!("ICMP {meaning}"), format!("ICMP {short}"), short.into(), "ICMP".into()]
        }
        Carried::Other { protocol, length } => {
            vec![format!("IP protocol {protocol}, {}", bytes(*length)), format!("IP {protocol}")]
        }
    }
}

fn of_segment(segment: &Segment) -> Vec<String> {
    let Segment { flags, seq, ack, length, .. } = segment;
    let what = match length {
        0 => flags.to_string(),
        length => format!("{flags} {}", bytes(*length)),
    };
    let with_seq = format!("{what} seq={seq}");
    let all = ack.map(|ack| format!("{with_seq} ack={ack}"));
    all.into_iter().chain([with_seq, what, flags.to_string()]).collect()
}

/// `28 bytes`, `1 byte`.
pub(super) fn bytes(count: u32) -> String {
    match count {
        1 => "1 byte".into(),
        _ => format!("{count} bytes"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_packet_is_one_line() {
        let segment = |flags: &'static str, length| {
            Carried::Tcp(Segment { flags: flags.into(), seq: 1, ack: Some(2), length, window: 512 })
        };
        let icmp = Carried::Icmp {
            meaning: "destination unreachable, port unreachable".into(),
            about: Some("UDP a:1 → b:2".into()),
        };
        let cases = [
            (segment("PSH|ACK", 3), "a:1 → b:2  PSH|ACK 3 bytes seq=1 ack=2 window=512  \"hi\\n\""),
            (segment("RST|ACK", 0), "a:1 → b:2  ✖ RST|ACK seq=1 ack=2 window=512"),
            (Carried::Udp { length: 1 }, "a:1 → b:2  UDP 1 byte  \"hi\\n\""),
            (
                icmp,
                "a:1 → b:2  ICMP destination unreachable, port unreachable, about UDP a:1 → b:2",
            ),
        ];
        for (carries, line) in cases {
            let has_data = line.ends_with('"');
            let data = if has_data { b"hi\n".to_vec() } else { vec![] };
            let made =
                Packet { caused_by: None, from: "a:1".into(), to: "b:2".into(), carries, data };
            assert_eq!(packet(&made), line);
        }
    }
}
