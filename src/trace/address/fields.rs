//! The fields of a socket address: which bytes they are, and what a C program writes to get them.

use std::mem::offset_of;
use std::net::{Ipv4Addr, Ipv6Addr};

use libc::{sockaddr_in, sockaddr_in6, sockaddr_ll, sockaddr_nl, sockaddr_vm};

use super::{AddressField, array, family, names, words};

/// A field's name and where it begins. It ends where the next one does.
type Field = (&'static str, usize);

/// The fields of a structure, named as libc names them.
macro_rules! layout {
    ($structure:ident $($field:ident)+) => {
        &[$((stringify!($field), offset_of!($structure, $field))),+]
    };
}

const IN: &[Field] = layout!(sockaddr_in sin_family sin_port sin_addr sin_zero);
const IN6: &[Field] =
    layout!(sockaddr_in6 sin6_family sin6_port sin6_flowinfo sin6_addr sin6_scope_id);
const UN: &[Field] = &[("sun_family", 0), ("sun_path", words::PATH)];
const LL: &[Field] = layout!(sockaddr_ll
    sll_family sll_protocol sll_ifindex sll_hatype sll_pkttype sll_halen sll_addr);
// libc keeps nl_pad to itself.
const NL: &[Field] = &[
    ("nl_family", 0),
    ("nl_pad", words::PATH),
    ("nl_pid", offset_of!(sockaddr_nl, nl_pid)),
    ("nl_groups", offset_of!(sockaddr_nl, nl_groups)),
];
const VM: &[Field] = layout!(sockaddr_vm svm_family svm_reserved1 svm_port svm_cid svm_zero);
const ANY: &[Field] = &[("sa_family", 0), ("sa_data", offset_of!(libc::sockaddr, sa_data))];

fn layout(family: u16) -> &'static [Field] {
    match i32::from(family) {
        libc::AF_INET => IN,
        libc::AF_INET6 => IN6,
        libc::AF_UNIX => UN,
        libc::AF_PACKET => LL,
        libc::AF_NETLINK => NL,
        libc::AF_VSOCK => VM,
        _ => ANY,
    }
}

/// The fields that these bytes have.
pub(super) fn fields(raw: &[u8]) -> Vec<AddressField> {
    let number = family(raw);
    let layout = number.map_or(&ANY[..1], layout);
    let size = match number {
        Some(number) => words::size(number).unwrap_or(raw.len()),
        None => words::PATH,
    };
    let mut fields = Vec::with_capacity(layout.len() + 1);
    for (at, &(name, start)) in layout.iter().enumerate() {
        let end = layout.get(at + 1).map_or(size, |next| next.1);
        let there = end.min(raw.len());
        if start >= there {
            break;
        }
        let bytes = &raw[start..there];
        let whole = there == end || matches!(name, "sun_path" | "sll_addr");
        let means = match whole {
            true => means(name, bytes, raw),
            false => format!("{} of its {} bytes", bytes.len(), end - start),
        };
        fields.push(AddressField { name, bytes: start..there, means });
    }
    if raw.len() > size {
        let means = format!("{} bytes more than the structure has", raw.len() - size);
        fields.push(AddressField { name: "…", bytes: size..raw.len(), means });
    }
    fields
}

/// What stands in C to the right of `name =`.
fn means(name: &str, bytes: &[u8], raw: &[u8]) -> String {
    let means = match name {
        "sin_port" | "sin6_port" => {
            array(bytes, 0).map(|n| format!("htons({})", u16::from_be_bytes(n)))
        }
        "sin_addr" => array(bytes, 0).map(inet_addr),
        "sin6_addr" => array(bytes, 0).map(inet6_addr),
        "sin6_flowinfo" => array(bytes, 0).map(|n| match u32::from_be_bytes(n) {
            0 => "0".into(),
            flow => format!("htonl({flow:#x})"),
        }),
        "sun_path" => Some(path(bytes)),
        "sa_data" => Some(zeros(bytes)),
        "sll_protocol" => array(bytes, 0).map(|n| {
            let n = u16::from_be_bytes(n);
            named(names::ether_type(n.into()), "htons(", format!("{n:#06x}"), ")")
        }),
        "sll_ifindex" => array(bytes, 0).map(|n| i32::from_ne_bytes(n).to_string()),
        "sll_addr" => Some(hardware_address(bytes, raw)),
        _ => None,
    };
    means.unwrap_or_else(|| number(name, bytes))
}

/// A number in host byte order, by its name where it has one, or bytes that should be zero.
fn number(name: &str, bytes: &[u8]) -> String {
    let number = match *bytes {
        [a] => u32::from(a),
        [a, b] => u16::from_ne_bytes([a, b]).into(),
        [a, b, c, d] if name != "svm_zero" => u32::from_ne_bytes([a, b, c, d]),
        _ => return zeros(bytes),
    };
    let constant = match name {
        "sll_hatype" => names::hardware(number.into()),
        "sll_pkttype" => names::packet_type(number.into()),
        "svm_cid" => names::machine(number.into()),
        name if name.ends_with("_family") => names::family(number.into()),
        _ => None,
    };
    match name {
        "nl_groups" if number != 0 => format!("{number:#x}"),
        _ => named(constant, "", number.to_string(), ""),
    }
}

fn named(constant: Option<&str>, before: &str, number: String, behind: &str) -> String {
    format!("{before}{}{behind}", constant.unwrap_or(&number))
}

/// `{0}`, or the bytes in hexadecimal.
fn zeros(bytes: &[u8]) -> String {
    if bytes.iter().all(|byte| *byte == 0) { "{0}".into() } else { hex::encode(bytes) }
}

/// The constants of `<netinet/in.h>` are in HOST byte order, what `inet_addr` gives is not.
fn inet_addr(host: [u8; 4]) -> String {
    match u32::from_be_bytes(host) {
        libc::INADDR_ANY => "htonl(INADDR_ANY)".into(),
        libc::INADDR_BROADCAST => "htonl(INADDR_BROADCAST)".into(),
        _ => format!("inet_addr(\"{}\")", Ipv4Addr::from(host)),
    }
}

fn inet6_addr(host: [u8; 16]) -> String {
    match Ipv6Addr::from(host) {
        Ipv6Addr::UNSPECIFIED => "in6addr_any".into(),
        Ipv6Addr::LOCALHOST => "in6addr_loopback".into(),
        host => format!("inet_pton(AF_INET6, \"{host}\")"),
    }
}

/// A path as a string of C; what lies behind its NUL means nothing. An abstract name begins with
/// one, and all its bytes count.
fn path(bytes: &[u8]) -> String {
    match bytes {
        [0, name @ ..] => format!("\"\\0{}\"", name.escape_ascii()),
        _ => format!("\"{}\"", words::up_to_nul(bytes).escape_ascii()),
    }
}

/// As many bytes as `sll_halen` says.
fn hardware_address(bytes: &[u8], raw: &[u8]) -> String {
    let length = raw.get(offset_of!(sockaddr_ll, sll_halen)).map_or(0, |&n| usize::from(n));
    let bytes = &bytes[..length.min(bytes.len())];
    if bytes.is_empty() {
        return "{0}".into();
    }
    bytes.iter().map(|byte| format!("{byte:02x}")).collect::<Vec<_>>().join(":")
}
