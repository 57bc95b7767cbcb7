//! A network and a `/tmp` of the program's own, in which it is an ordinary user, whoever started it.
//! Twin: `c-reference/errnos/world.h`.

use std::ffi::CStr;
use std::fmt;
use std::io::Write;
use std::os::fd::AsRawFd;
use std::ptr::null;

use libc::{c_int, c_ulong, c_void};

use super::arrange::io;
use crate::calls::{
    AF_INET, Errno, Result, SOCK_DGRAM, htonl, sa_family_t, sockaddr_in, socket, strerror, zeroed,
};

/// Why there is no such world: the call, and its errno. Then no row runs: nothing may leave the machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NoWorld {
    call: &'static str,
    errno: Errno,
}

impl fmt::Display for NoWorld {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let NoWorld { call, errno } = self;
        let text = strerror(*errno as c_int);
        write!(f, "no network of its own, so nothing was run: {call}: {errno:?}: {text}")
    }
}

impl std::error::Error for NoWorld {}

/// Says which call it was.
fn at<T>(call: &'static str, result: Result<T>) -> Result<T, NoWorld> {
    result.map_err(|errno| NoWorld { call, errno })
}

/// Puts the process, which has one thread, into its own network (`lo` is up, 192.0.2.0/24 is unreachable, there is
/// no route to anywhere else), with an empty `/tmp` that goes with it, and gives up every privilege.
pub fn enter() -> Result<(), NoWorld> {
    // SAFETY: it takes no argument and cannot fail.
    let uid = unsafe { libc::geteuid() };
    // SAFETY: the same.
    let gid = unsafe { libc::getegid() };
    let namespaces = libc::CLONE_NEWNET | libc::CLONE_NEWNS;
    let entered = unshare(libc::CLONE_NEWUSER | namespaces);
    let own_user = entered.is_ok();

    // Where user namespaces are forbidden root needs none.
    if !own_user {
        at("unshare", if uid == 0 { unshare(namespaces) } else { entered })?;
    }
    if own_user {
        map(uid, gid)?;
    }
    tmp()?;
    network()?;
    no_privilege(own_user)
}

fn unshare(namespaces: c_int) -> Result<()> {
    // SAFETY: an integer by value.
    Errno::result(unsafe { libc::unshare(namespaces) }).map(drop)
}

/// Whoever it is outside, inside it is user 1.
fn map(uid: u32, gid: u32) -> Result<(), NoWorld> {
    write("/proc/self/setgroups", "deny")?;
    write("/proc/self/uid_map", &format!("1 {uid} 1"))?;
    write("/proc/self/gid_map", &format!("1 {gid} 1"))
}

fn write(file: &'static str, text: &str) -> Result<(), NoWorld> {
    let opened = std::fs::File::options().write(true).open(file);
    let written = opened.and_then(|mut file| file.write_all(text.as_bytes()));
    at(file, written.map_err(io))
}

/// An empty `/tmp` that goes with the program, and in it a read-only file system.
fn tmp() -> Result<(), NoWorld> {
    at("mount /", mount(None, c"/", libc::MS_REC | libc::MS_PRIVATE))?;
    at("mount /tmp", mount(Some(c"tmpfs"), c"/tmp", 0))?;
    let made = std::env::set_current_dir("/tmp").and_then(|()| std::fs::create_dir("read-only"));
    at("mkdir", made.map_err(io))?;
    at("mount read-only", mount(Some(c"tmpfs"), c"read-only", libc::MS_RDONLY))
}

fn mount(kind: Option<&CStr>, folder: &CStr, flags: c_ulong) -> Result<()> {
    let kind = kind.map_or(null(), CStr::as_ptr);
    // SAFETY: the source, the folder and the kind are C strings that outlive the call, or null, which is allowed;
    // there is no further data.
    let result = unsafe { libc::mount(c"none".as_ptr(), folder.as_ptr(), kind, flags, null()) };
    Errno::result(result).map(drop)
}

fn network() -> Result<(), NoWorld> {
    let sd = at("socket", socket(AF_INET, SOCK_DGRAM, 0))?;

    // SAFETY: integers, arrays and unions of them: all zeros are a value.
    let mut lo: libc::ifreq = unsafe { std::mem::zeroed() };
    lo.ifr_name[0] = b'l' as libc::c_char;
    lo.ifr_name[1] = b'o' as libc::c_char;
    lo.ifr_ifru.ifru_flags = (libc::IFF_UP | libc::IFF_RUNNING) as libc::c_short;
    let lo: *const c_void = (&raw const lo).cast();
    // SAFETY: `lo` is a whole ifreq, its name ends in NUL; the kernel only reads it.
    let raised = unsafe { libc::ioctl(sd.as_raw_fd(), libc::SIOCSIFFLAGS as _, lo) };
    at("ioctl SIOCSIFFLAGS", Errno::result(raised))?;

    // SAFETY: integers, addresses and a pointer that may be null: all zeros are a value.
    let mut reject: libc::rtentry = unsafe { std::mem::zeroed() };
    reject.rt_flags = libc::RTF_UP | libc::RTF_REJECT;
    put(0xc000_0200, &mut reject.rt_dst);
    put(0xffff_ff00, &mut reject.rt_genmask);
    let reject: *const c_void = (&raw const reject).cast();
    // SAFETY: `reject` is a whole rtentry without a device's name; the kernel only reads it.
    let added = unsafe { libc::ioctl(sd.as_raw_fd(), libc::SIOCADDRT as _, reject) };
    at("ioctl SIOCADDRT", Errno::result(added)).map(drop)
}

fn put(address: u32, to: &mut libc::sockaddr) {
    let mut sin: sockaddr_in = zeroed();
    sin.sin_family = AF_INET as sa_family_t;
    sin.sin_addr.s_addr = htonl(address);
    let to: *mut libc::sockaddr = to;
    // SAFETY: both structures have 16 bytes and are made of integers; sockaddr_in's alignment is no less than that
    // of the bytes that are written.
    unsafe { to.cast::<sockaddr_in>().write_unaligned(sin) };
}

/// From here on what is forbidden to an ordinary user is forbidden.
fn no_privilege(own_user: bool) -> Result<(), NoWorld> {
    const NOBODY: u32 = 65534;
    if !own_user {
        // SAFETY: a count of 0, so the list may be null.
        at("setgroups", Errno::result(unsafe { libc::setgroups(0, null()) }))?;
        // SAFETY: integers by value.
        at("setresgid", Errno::result(unsafe { libc::setresgid(NOBODY, NOBODY, NOBODY) }))?;
        // SAFETY: integers by value.
        at("setresuid", Errno::result(unsafe { libc::setresuid(NOBODY, NOBODY, NOBODY) }))?;
    }
    let mut header = [0x2008_0522_u32, 0]; // _LINUX_CAPABILITY_VERSION_3, this process
    let none = [0_u32; 6];
    // SAFETY: the header is a version and a process number, two integers; that version reads twice three integers
    // from `none`.
    let result = unsafe { libc::syscall(libc::SYS_capset, header.as_mut_ptr(), none.as_ptr()) };
    at("capset", Errno::result(result)).map(drop)
}
