//! The welcome pair once more, on each of four layers: what does a layer hide, and what does it add?
//!
//! - [`libc`]: C's functions
//! - [`nix`]: the same with Rust's types
//! - [`socket2`]: one type for all sockets
//! - [`std`]: a type for each use of a socket
//!
//! The four files say the same in the same order, each as short as its layer allows: read them side by
//! side. They print what `welcome_server` and `welcome_client` print, and each server serves each client.
//!
//! A file opens with what strace saw of its server and one client, then of its client:
//!
//! ```text
//! strace -a1 -e trace=network,close sockstep layer nix server
//! strace -a1 -e trace=network,close sockstep layer nix client
//! ```
//!
//! Left out is what comes before the first `socket`. `IPPROTO_IP` is strace's word for protocol 0: the kernel
//! takes TCP. `sendto` and `recvfrom` without an address are `send` and `recv`, for which x86-64 has no
//! system calls of their own. What `EINTR` does was tried with `-e inject=connect:error=EINTR:when=1`.

// The modules bear the layers' names; so here the crates need a path that starts with `::`.
pub mod libc;
pub mod nix;
pub mod socket2;
pub mod std;

use ::nix::errno::Errno;
use ::std::convert::Infallible;
use ::std::fmt;
use ::std::io::{self, Write};
use ::std::net::{IpAddr, Ipv4Addr, SocketAddrV4};
use ::std::str::FromStr;

/// The greeting, with the NUL that ends a string in C.
const GREETING: &[u8] = b"Welcome to Network Server!!\0";
/// What the client wants, with the NUL.
const WISH: &[u8] = b"I want a HTTP Service.\0";

/// What the welcome pair stands on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Layer {
    /// The C library's functions as they are.
    Libc,
    /// The same functions with Rust's types.
    Nix,
    /// One type for every socket, one method for every call.
    Socket2,
    /// The standard library: a type for each use of a socket.
    Std,
}

impl Layer {
    /// From the barest up.
    pub const ALL: [Layer; 4] = [Layer::Libc, Layer::Nix, Layer::Socket2, Layer::Std];
}

impl fmt::Display for Layer {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.pad(match self {
            Layer::Libc => "libc",
            Layer::Nix => "nix",
            Layer::Socket2 => "socket2",
            Layer::Std => "std",
        })
    }
}

impl FromStr for Layer {
    type Err = String;

    fn from_str(name: &str) -> ::std::result::Result<Self, String> {
        let named = Layer::ALL.into_iter().find(|layer| layer.to_string() == name);
        named.ok_or_else(|| format!("'{name}' is not a layer: libc, nix, socket2 or std"))
    }
}

/// Which of the pair.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// Greets each client and prints what it says.
    Server,
    /// Prints the greeting and says what it wants.
    Client,
}

impl Role {
    /// In the order in which they are started.
    pub const ALL: [Role; 2] = [Role::Server, Role::Client];
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.pad(match self {
            Role::Server => "server",
            Role::Client => "client",
        })
    }
}

impl FromStr for Role {
    type Err = String;

    fn from_str(name: &str) -> ::std::result::Result<Self, String> {
        let named = Role::ALL.into_iter().find(|role| role.to_string() == name);
        named.ok_or_else(|| format!("'{name}' is not a role: server or client"))
    }
}

/// Why a program on a layer ended.
#[derive(Debug)]
pub enum Error {
    /// A call failed, under the name that the layer has for it.
    Call(&'static str, io::Error),
    /// Standard output took no more.
    Stdout(Errno),
    /// The server closed without a word; the client has printed that.
    Silent,
}

/// What the functions of a layer give.
pub type Result<T> = ::std::result::Result<T, Error>;

impl Error {
    /// What makes the error of this call out of the layer's own: `.map_err(Error::of("bind"))`.
    pub fn of<E: Into<io::Error>>(call: &'static str) -> impl FnOnce(E) -> Error {
        move |error| Error::Call(call, error.into())
    }
}

impl fmt::Display for Error {
    /// `bind: EADDRINUSE: Address already in use`
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        match self {
            Error::Call(call, error) => match error.raw_os_error() {
                Some(number) => write!(f, "{call}: {}", Errno::from_raw(number)),
                None => write!(f, "{call}: {error}"),
            },
            Error::Stdout(errno) => write!(f, "stdout: {errno}"),
            Error::Silent => f.write_str("the server closed without a word"),
        }
    }
}

impl ::std::error::Error for Error {}

/// Runs one of the pair on a layer. A server ends only with an error.
pub fn run(layer: Layer, role: Role, address: Ipv4Addr, port: u16) -> Result<()> {
    type Server = fn(SocketAddrV4) -> Result<Infallible>;
    type Client = fn(SocketAddrV4) -> Result<()>;
    let (server, client): (Server, Client) = match layer {
        Layer::Libc => (libc::server, libc::client),
        Layer::Nix => (nix::server, nix::client),
        Layer::Socket2 => (socket2::server, socket2::client),
        Layer::Std => (std::server, std::client),
    };
    let at = SocketAddrV4::new(address, port);
    match role {
        Role::Server => server(at).map(|never| match never {}),
        Role::Client => client(at),
    }
}

/// One client's error is reported, and the next client is served; standard output's is the server's own.
fn next_client(outcome: Result<()>) -> Result<()> {
    match outcome {
        Err(error @ Error::Call(..)) => {
            let _ = io::stderr().write_all(format!("{error}\n").as_bytes());
            Ok(())
        }
        outcome => outcome,
    }
}

fn print_client(client: impl Into<IpAddr>) -> Result<()> {
    print(format!("*** Send a Message to Client({})\n", client.into()).as_bytes())
}

fn print_from_client(said: &[u8]) -> Result<()> {
    match said {
        [] => print(b"** The client closed without a word\n"),
        said => print(&[b"** From Client : ", text(said), b"\n"].concat()),
    }
}

fn print_from_server(said: &[u8]) -> Result<()> {
    if said.is_empty() {
        print(b"** The server closed without a word\n")?;
        return Err(Error::Silent);
    }
    print(&[b"** From Server : ", text(said), b"\n"].concat())
}

/// What C's `%s` prints of the bytes: all up to the first NUL.
fn text(bytes: &[u8]) -> &[u8] {
    bytes.split(|&byte| byte == 0).next().unwrap_or_default()
}

/// Prints by the descriptor's own `write`: `print!` panics where this fails, and Rust's standard output
/// takes EBADF for success.
fn print(mut line: &[u8]) -> Result<()> {
    while !line.is_empty() {
        let n = ::nix::unistd::write(io::stdout(), line).map_err(Error::Stdout)?;
        line = &line[n..];
    }
    Ok(())
}
