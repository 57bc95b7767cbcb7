//! Paths as real programs have them, and whose they are.

use super::*;

fn of(file: &str, function: &str, module: &str) -> Layer {
    let some = |text| Some(text).filter(|text: &&str| !text.is_empty());
    layer(Place { file: some(file), function: some(function), module })
}

#[test]
fn every_path_has_its_owner() {
    let krate = |name: &str| Layer::Crate(name.into());
    let registry = "/home/student/.cargo/registry/src/registry-0123456789abcdef";
    let table: &[(&str, &str, &str, Layer)] = &[
        ("", "connect", "/usr/lib/x86_64-linux-gnu/libc.so.6", Layer::Libc),
        ("", "", "/usr/lib/x86_64-linux-gnu/libc-2.31.so", Layer::Libc),
        ("", "", "/lib64/ld-linux-x86-64.so.2", Layer::Libc),
        ("", "", "/lib/ld-musl-x86_64.so.1", Layer::Libc),
        ("", "", "/usr/lib/x86_64-linux-gnu/libnss_files.so.2", Layer::Libc),
        ("", "__libc_connect", "/home/me/static", Layer::Libc),
        ("", "_start", "/home/me/client", Layer::Libc),
        ("", "my_connect", "/home/me/client", Layer::Unknown),
        ("", "curl_easy_perform", "/usr/lib/libcurl.so.4", Layer::Unknown),
        ("/home/me/libc.c", "main", "/home/me/libc", Layer::Own),
        ("/home/me/libcheck.c", "main", "/home/me/libcheck.so", Layer::Own),
        ("/build/glibc-2.36/socket/../sysdeps/unix/sysv/linux/connect.c", "", "/x", Layer::Libc),
        ("/usr/include/x86_64-linux-gnu/bits/socket2.h", "recv", "/x", Layer::Libc),
        ("/usr/include/stdio.h", "", "/x", Layer::Libc),
        ("/usr/include/boost/asio/connect.hpp", "", "/x", krate("boost")),
        ("/usr/include/c++/12/thread", "std::thread", "/x", Layer::Standard),
        ("/rustc/0123abcd/library/std/src/net/tcp.rs", "std::net", "/x", Layer::Standard),
        (
            "/home/student/.rustup/toolchains/x/lib/rustlib/src/rust/library/core/src/ops/function.rs",
            "",
            "/x",
            Layer::Standard,
        ),
        (&format!("{registry}/nix-0.31.3/src/sys/socket/mod.rs"), "", "/x", krate("nix")),
        (&format!("{registry}/foo-bar-1.0.0-alpha.1/src/lib.rs"), "", "/x", krate("foo-bar")),
        (&format!("{registry}/sha-1-0.10.0/src/lib.rs"), "", "/x", krate("sha-1")),
        ("/home/student/.cargo/git/checkouts/tokio-0a1b/9f8e/src/lib.rs", "", "/x", krate("tokio")),
        ("/home/student/go/pkg/mod/github.com/a/b@v1.2.3/c.go", "", "/x", krate("github.com/a/b")),
        ("/usr/local/go/src/net/dial.go", "net.(*Dialer).Dial", "/x", Layer::Standard),
        (
            "/usr/local/go/src/internal/poll/fd.go",
            "internal/poll.(*FD).Read",
            "/x",
            Layer::Standard,
        ),
        ("runtime/proc.go", "runtime.main", "/x", Layer::Standard),
        ("/home/me/src/net/main.go", "main.main", "/x", Layer::Own),
        ("/home/me/main.go", "main.main", "/x", Layer::Own),
        ("/s/src/calls/connect.rs", "sockstep::calls::connect::connect", "/x", Layer::Wrapper),
        ("src/program/mod.rs", "<sockstep::calls::Errno>::print", "/x", Layer::Wrapper),
        // In a release build.
        ("/s/src/calls/recv.rs", "recv<&std::os::fd::OwnedFd>", "/x", Layer::Wrapper),
        ("/mine/src/calls/connect.rs", "mine::calls::connect::connect", "/x", Layer::Own),
        ("/s/src/bin/welcome_client.rs", "welcome_client::main", "/x", Layer::Own),
        ("/s/src/layers/libc.rs", "libc::server", "/x", Layer::Own),
        ("/gone/c-reference/program.h", "fail", "/x", Layer::Wrapper),
        ("/gone/mine/program.h", "fail", "/x", Layer::Own),
        (
            "/tmp/Python/Modules/socketmodule.c",
            "sock_connect",
            "/usr/bin/python3.11",
            Layer::Standard,
        ),
        (
            "",
            "",
            "/usr/lib/python3.11/lib-dynload/_socket.cpython-311-x86_64-linux-gnu.so",
            Layer::Standard,
        ),
        ("", "", "/usr/lib/jvm/java-17/lib/libnet.so", Layer::Standard),
        ("/home/me/python_like.c", "main", "/home/me/python_like", Layer::Own),
        ("/build/curl/lib/connect.c", "", "/usr/lib/libcurl.so.4", krate("libcurl.so.4")),
        ("", "", "/usr/bin/node", Layer::Standard),
        ("/home/me/node.c", "main", "/home/me/node", Layer::Own),
        ("/home/me/x.c", "main", "/home/me/x", Layer::Own),
    ];
    for (file, function, module, owner) in table {
        assert_eq!(of(file, function, module), *owner, "{file} {function} {module}");
    }
}

#[test]
fn a_header_of_ours_is_known_by_its_text() {
    let root = env!("CARGO_MANIFEST_DIR");
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();

    fs::copy(format!("{root}/c-reference/stream.h"), path("stream.h")).unwrap();
    fs::write(path("program.h"), "int mine(void);\n").unwrap();
    assert_eq!(of(&path("stream.h"), "send_all", "/x"), Layer::Wrapper);
    assert_eq!(of(&path("program.h"), "mine", "/x"), Layer::Own);
}
