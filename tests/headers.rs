//! The port against the C headers and the C library of this machine: constants, sizes, error texts.

mod common;

use std::fmt::Write;
use std::fs;
use std::process::Command;

use sockstep::calls::*;

/// Compiles a C program whose `main` has this body, runs it and gives the lines that it prints.
fn c_prints(name: &str, body: &str) -> Vec<String> {
    let folder = tempfile::tempdir().expect("temporary folder");
    let (source, program) = (folder.path().join("main.c"), folder.path().join("main"));
    let headers = "errno.h netdb.h netinet/in.h netinet/tcp.h poll.h signal.h stdio.h string.h fcntl.h sys/epoll.h sys/resource.h sys/select.h sys/socket.h sys/un.h sys/wait.h";
    let mut text = String::from("#define _GNU_SOURCE\n");
    for header in headers.split(' ') {
        writeln!(text, "#include <{header}>").unwrap();
    }
    write!(text, "int main(void) {{\n{body}\nreturn 0; }}\n").unwrap();
    fs::write(&source, text).expect("write");
    let compiled = Command::new("cc").arg("-o").arg(&program).arg(&source).output().expect("cc");
    assert!(compiled.status.success(), "{name}: {}", String::from_utf8_lossy(&compiled.stderr));
    let outcome = common::run(&mut Command::new(&program), std::process::Stdio::null());
    String::from_utf8(outcome.stdout).expect("UTF-8").lines().map(str::to_owned).collect()
}

macro_rules! numbers {
    ($($name:ident)+ ; $($option:ident)+ ; $($level:ident)+) => {
        vec![
            $((stringify!($name), $name as i64),)+
            $((stringify!($option), $option.number() as i64),)+
            $((stringify!($level), level($level) as i64),)+
        ]
    };
}

fn level<const LEVEL: i32>(_: Level<LEVEL>) -> i32 {
    LEVEL
}

#[test]
fn every_constant_is_what_the_headers_say() {
    let ours = numbers! {
        AF_INET AF_INET6 AF_UNIX AF_UNSPEC FD_CLOEXEC FD_SETSIZE O_NONBLOCK EPOLL_CLOEXEC EPOLL_CTL_ADD EPOLL_CTL_DEL
        EPOLL_CTL_MOD EPOLLERR EPOLLET EPOLLHUP EPOLLIN EPOLLOUT EPOLLRDHUP SA_RESTART SIGCHLD WNOHANG
        AI_CANONNAME AI_NUMERICHOST AI_NUMERICSERV AI_PASSIVE
        EAI_AGAIN EAI_BADFLAGS EAI_FAIL EAI_FAMILY EAI_MEMORY EAI_NODATA EAI_NONAME EAI_OVERFLOW
        EAI_SERVICE EAI_SOCKTYPE EAI_SYSTEM INADDR_ANY INADDR_BROADCAST INADDR_LOOPBACK INADDR_NONE
        IPPROTO_IP IPPROTO_TCP IPPROTO_UDP MSG_DONTROUTE MSG_DONTWAIT MSG_MORE MSG_NOSIGNAL MSG_OOB
        MSG_PEEK MSG_TRUNC MSG_WAITALL POLLERR POLLHUP POLLIN POLLNVAL POLLOUT POLLPRI SHUT_RD SHUT_RDWR SHUT_WR SIGHUP SIGINT SIGPIPE SIGTERM
        SOCK_CLOEXEC SOCK_DGRAM SOCK_NONBLOCK SOCK_RAW SOCK_SEQPACKET SOCK_STREAM SOMAXCONN ;
        SO_ACCEPTCONN SO_BROADCAST SO_DOMAIN SO_ERROR SO_KEEPALIVE SO_LINGER SO_MEMINFO SO_OOBINLINE
        SO_PROTOCOL SO_RCVBUF SO_RCVLOWAT SO_RCVTIMEO SO_REUSEADDR SO_REUSEPORT SO_SNDBUF
        SO_SNDTIMEO SO_TYPE IP_RECVERR IP_TOS IP_TTL TCP_CORK TCP_DEFER_ACCEPT TCP_KEEPIDLE
        TCP_MAXSEG TCP_NODELAY TCP_QUICKACK TCP_SYNCNT TCP_USER_TIMEOUT
        F_GETFD F_GETFL F_SETFD F_SETFL RLIMIT_NOFILE ;
        SOL_SOCKET SOL_IP SOL_TCP
    };
    let body: String = ours
        .iter()
        .map(|(name, _)| format!("printf(\"%s %lld\\n\", \"{name}\", (long long)({name}));\n"))
        .collect();
    let expected: Vec<String> =
        ours.iter().map(|(name, value)| format!("{name} {value}")).collect();
    assert_eq!(c_prints("constants", &body), expected);

    // And none is missing from the list above.
    let source = include_str!("../src/calls/constants.rs");
    let code: String = source
        .lines()
        .filter(|line| !line.trim_start().starts_with("//"))
        .collect::<Vec<_>>()
        .join("\n");
    let exported = code.split(|c: char| !c.is_ascii_alphanumeric() && c != '_').filter(|word| {
        word.contains('_')
            && word.chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_')
    });
    for name in exported {
        let listed = ours.iter().any(|(listed, _)| *listed == name);
        assert!(listed || name.starts_with("SIG_"), "{name} is not compared");
    }
}

#[test]
fn every_structure_is_as_long_as_in_c() {
    let lines = c_prints(
        "sizes",
        "printf(\"%zu %zu %zu %zu %zu %zu %zu %zu %zu %zu\", sizeof(struct sockaddr_in), sizeof(struct sockaddr_in6),
                sizeof(struct sockaddr_un), sizeof(struct sockaddr_storage), sizeof(struct linger),
                sizeof(struct timeval), sizeof(fd_set), sizeof(struct epoll_event), sizeof(struct pollfd), sizeof(struct rlimit));",
    );
    let ours = [
        sockaddr_in::LEN as usize,
        sockaddr_in6::LEN as usize,
        sockaddr_un::LEN as usize,
        sockaddr_storage::LEN as usize,
        size_of::<linger>(),
        size_of::<timeval>(),
        size_of::<FdSet>(),
        size_of::<epoll_event>(),
        size_of::<pollfd>(),
        size_of::<rlimit>(),
    ];
    assert_eq!(lines, [ours.map(|size| size.to_string()).join(" ")]);
}

#[test]
fn error_texts_are_the_c_librarys_letter_for_letter() {
    let texts = c_prints("texts", "for (int e = 0; e < 200; e++) puts(strerror(e));");
    let ours: Vec<String> = (0..200).map(strerror).collect();
    assert_eq!(texts, ours);
}

#[test]
fn error_names_are_the_headers() {
    // POSIX lets two names share a number; on Linux these do, and nix and glibc choose alike but for one.
    let named = c_prints(
        "names",
        "for (int e = 1; e < 134; e++) if (strerrorname_np(e)) printf(\"%d %s\\n\", e, strerrorname_np(e));",
    );
    assert!(named.len() > 130, "{}", named.len());
    for line in named {
        let (number, name) = line.split_once(' ').expect("number and name");
        let ours = format!("{:?}", Errno::from_raw(number.parse().unwrap()));
        let aliases =
            [("ENOTSUP", "EOPNOTSUPP"), ("EDEADLOCK", "EDEADLK"), ("EWOULDBLOCK", "EAGAIN")];
        assert!(ours == name || aliases.contains(&(name, &ours)), "{number}: {name}, here {ours}");
    }
}
