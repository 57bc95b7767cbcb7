//! `many_epoll` against the server that one writes with tokio: one thread, a task for each client.

use std::net::Ipv4Addr;

use sockstep::program::upper;
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::runtime::Builder;

use super::load::{Told, alternated, median_of, spread};
use super::server::Program;
use super::{Plan, connections, design, thousands};
use crate::table::{Row, Section};

const GOAL: f64 = 1.1;

/// The comparison.
pub fn section(plan: &Plan) -> Section {
    let (ours, theirs) = (design("many_epoll"), Program::role("tokio"));
    let mut rows = Vec::new();
    for &number in plan.compared {
        let told = alternated([&ours, &theirs], plan, number);
        let [rate, tokio] = [0, 1].map(|which| median_of(&told[which], Told::rate));
        let [cpu, tokio_cpu] = [0, 1].map(|which| median_of(&told[which], Told::cpu_each));
        let kernel = [0, 1].map(|which| median_of(&told[which], |told| told.kernel));
        let of = connections(number);
        let what = format!("{of}: requests/s ({}), many_epoll / tokio", thousands(rate));
        let mut row = Row::at_least(what, rate / tokio, Some(GOAL));
        if !row.met {
            let spread = spread(&told, GOAL);
            let [busy, tokio_busy] = [cpu * rate / 1e4, tokio_cpu * tokio / 1e4];
            row.why = Some(format!(
                "{spread}. The servers' CPU was busy for {busy:.0} % of the time with many_epoll and for {tokio_busy:.0} % \
                 with tokio; of that {:.0} % and {:.0} % was the kernel's work for the same calls, recv, send and epoll_wait.",
                kernel[0] * 100.0,
                kernel[1] * 100.0
            ));
        }
        rows.push(row);
        let what = format!("{of}: CPU time a request, tokio / many_epoll");
        rows.push(Row::at_least(what, tokio_cpu / cpu, None));
        let [ours, theirs] = [(cpu, kernel[0]), (tokio_cpu, kernel[1])]
            .map(|(cpu, kernel)| format!("{cpu:.1} µs ({:.0} %)", kernel * 100.0));
        let what = format!("{of}: CPU time a request (of it in the kernel), many_epoll, tokio");
        rows.push(Row::figure(what, format!("{ours}, {theirs}")));
    }
    Section {
        title: "many_epoll and tokio".into(),
        intro: "The other server is tokio's `current_thread` runtime with a task for each client, which reads lines through a \
                `BufReader` (`benches/all/servers/tokio.rs`). Requests/s are those of the slower of the server and the load \
                generator; the server's CPU time for a request is its own."
            .into(),
        rows,
    }
}

/// `--role tokio ADDRESS PORT`: the server.
pub fn role(args: &[String]) {
    let [address, port] = args else { return };
    let address: Ipv4Addr = address.parse().expect("an address");
    let port: u16 = port.parse().expect("a port");
    let runtime = Builder::new_current_thread().enable_io().build().expect("a runtime");
    if let Err(error) = runtime.block_on(serve(address, port)) {
        eprintln!("tokio: {error}");
    }
}

async fn serve(address: Ipv4Addr, port: u16) -> std::io::Result<()> {
    // As ours: tokio's `TcpListener::bind` would have a backlog of 1024.
    let socket = tokio::net::TcpSocket::new_v4()?;
    socket.set_reuseaddr(true)?;
    socket.bind((address, port).into())?;
    let listener: TcpListener = socket.listen(4096)?;
    println!("The server is ready to receive");
    loop {
        let (stream, _) = listener.accept().await?;
        tokio::spawn(async move {
            // A client that is gone is gone.
            let _ = answer(stream).await;
        });
    }
}

async fn answer(mut stream: TcpStream) -> std::io::Result<()> {
    let (read, mut write) = stream.split();
    let mut read = BufReader::new(read);
    let mut line = Vec::new();
    while read.read_until(b'\n', &mut line).await? > 0 {
        match upper(&line) {
            Ok(answer) => write.write_all(&answer).await?,
            Err(_) => write.write_all(&line).await?,
        }
        line.clear();
    }
    Ok(())
}
