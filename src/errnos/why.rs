//! What lies behind the rows that differ from a description, each reason once.

pub(super) const OWN_ERRNO: &str = "Linux has an errno of its own for an unknown type";
pub(super) const TYPE_AND_PROTOCOL: &str =
    "Linux looks for type and protocol together and finds no entry";
pub(super) const RANGE: &str =
    "Linux refuses a number outside its range before it looks for the protocol";
pub(super) const CAPABILITY: &str =
    "the kernel asks for a capability, and what one lacks a capability for is EPERM";
pub(super) const AS_POSIX: &str = "for IPv4 Linux answers as POSIX does";
pub(super) const OLD_PROGRAMS: &str =
    "old programs left the family out of 0.0.0.0, and Linux still takes it for AF_INET";
pub(super) const WHOLE_ADDRESS: &str = "AF_UNIX checks the address as a whole, its family with it";
pub(super) const COPIED_FIRST: &str =
    "the kernel copies the address first, and a null pointer is a bad pointer like any other";
pub(super) const NEEDS_A_NAME: &str = "an AF_UNIX socket needs a name before it listens (a TCP socket gets one), and Linux calls \
     that an invalid argument";
pub(super) const DEAD_CONNECTION: &str =
    "Linux hands out the dead connection, and the first call on it tells";
pub(super) const STATE_CLOSE: &str = "TCP on Linux asks only whether the socket is in state CLOSE";
pub(super) const FOUR_TUPLE: &str =
    "Linux says of a 4-tuple that is taken that the address is not available";
pub(super) const UDP_PORT: &str = "that holds for TCP; UDP takes a port in another place, with another errno, which send(2) \
     names";
pub(super) const NO_BROADCAST: &str =
    "TCP has no broadcast: the address is unreachable, with SO_BROADCAST, too";
pub(super) const BROKEN: &str = "TCP sends in the states of an open connection only; in every other one, no connection \
     among them, the stream counts as broken";
pub(super) const NO_PEER: &str =
    "AF_UNIX has one errno for every socket without a peer; UDP has EDESTADDRREQ";
pub(super) const UDP_UNSPEC: &str = "UDP takes AF_UNSPEC for AF_INET";
pub(super) const ADDRESS_FIRST: &str =
    "an AF_UNIX stream looks at the address first: it takes none";
pub(super) const LOCAL_STREAM: &str = "an AF_UNIX stream that is not connected is an invalid argument; SOCK_SEQPACKET answers \
     ENOTCONN";
pub(super) const UDP_OOB: &str =
    "UDP passes over MSG_OOB in recv; there is nothing to receive, and that is what it says";
pub(super) const LISTENER: &str =
    "a TCP listener may be shut down on Linux: SHUT_RD ends the listening, SHUT_WR does nothing";
pub(super) const NOT_ASKED: &str = "AF_UNIX does not ask whether there is a peer";
pub(super) const NOBODY_IS_TOLD: &str =
    "the signal ends the waiting, and nobody is told; the descriptor is closed";
pub(super) const WAITS_ANYWAY: &str = "close waits for SO_LINGER on a non-blocking socket, too; a signal ends that, and nobody \
     is told";
pub(super) const STILL_A_PEER: &str =
    "after shutdown the connection still has its peer, until both ends are through";
pub(super) const NO_STATE: &str = "Linux asks for no state of the connection here";
pub(super) const NO_LEVEL: &str =
    "the socket's protocol has no such level, and says so before any option is looked at";
