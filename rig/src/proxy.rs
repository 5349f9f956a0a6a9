//! A TCP proxy that disturbs connections on demand: between an instance and the database, or the carrier.
//!
//! It does not know the protocol. The caller decides when it cuts, freezes or slows; nothing here is left to
//! chance, and an order holds for every connection, also for a later one, until the next order.

use std::io::{ErrorKind, Read, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

use anyhow::Result;

use crate::stopwatch::pause;

/// The most bytes that are carried at a time; a slow line waits before each such piece.
const PIECE: usize = 16 * 1_024;

/// The fate of bytes on their way.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Flow {
    /// They pass.
    #[default]
    Open,
    /// They are held until the next order; none is lost.
    Frozen,
    /// Each piece waits this long.
    Slow(Duration),
    /// The connection breaks; so does every one that is made.
    Cut,
}

/// The sender.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Direction {
    /// The client.
    Request,
    /// The target.
    Answer,
}

/// A proxy, until it is dropped: then every connection breaks.
pub(crate) struct Proxy {
    address: SocketAddr,
    switch: Arc<Switch>,
}

struct Switch {
    target: SocketAddr,
    orders: Mutex<Orders>,
    changed: Condvar,
    links: Mutex<Vec<Arc<Link>>>,
}

#[derive(Clone, Copy)]
struct Orders {
    requests: Flow,
    answers: Flow,
    closed: bool,
}

/// One connection through the proxy.
struct Link {
    client: TcpStream,
    server: TcpStream,
    broken: AtomicBool,
}

impl Proxy {
    /// Listens on a free port of the loopback interface.
    pub(crate) fn to(target: SocketAddr) -> Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0")?;
        let address = listener.local_addr()?;
        let switch = Arc::new(Switch {
            target,
            orders: Mutex::new(Orders {
                requests: Flow::Open,
                answers: Flow::Open,
                closed: false,
            }),
            changed: Condvar::new(),
            links: Mutex::default(),
        });
        let accepting = Arc::clone(&switch);
        thread::spawn(move || accepting.accept(&listener));
        Ok(Self { address, switch })
    }

    /// Where clients connect instead of the target.
    pub(crate) const fn address(&self) -> SocketAddr {
        self.address
    }

    /// Gives an order for both directions.
    pub(crate) fn order(&self, flow: Flow) {
        self.switch.order(flow, flow);
    }

    /// Gives an order for answers; requests pass.
    pub(crate) fn order_answers(&self, flow: Flow) {
        self.switch.order(Flow::Open, flow);
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        locked(&self.switch.orders).closed = true;
        self.switch.order(Flow::Cut, Flow::Cut);
        // Wakes the accepting thread, so that it ends.
        let _ = TcpStream::connect(self.address);
    }
}

impl Switch {
    fn order(&self, requests: Flow, answers: Flow) {
        {
            let mut orders = locked(&self.orders);
            orders.requests = requests;
            orders.answers = answers;
        }
        if requests == Flow::Cut || answers == Flow::Cut {
            for link in locked(&self.links).drain(..) {
                link.cut();
            }
        }
        self.changed.notify_all();
    }

    fn accept(self: &Arc<Self>, listener: &TcpListener) {
        while let Ok((client, _)) = listener.accept() {
            let orders = *locked(&self.orders);
            if orders.closed {
                return;
            }
            if orders.requests == Flow::Cut || orders.answers == Flow::Cut {
                continue;
            }
            // A target that is away is a broken connection.
            let _ = self.connect(client);
        }
    }

    fn connect(self: &Arc<Self>, client: TcpStream) -> std::io::Result<()> {
        let server = TcpStream::connect(self.target)?;
        for stream in [&client, &server] {
            stream.set_nodelay(true)?;
        }
        let link = Arc::new(Link {
            client,
            server,
            broken: AtomicBool::new(false),
        });
        locked(&self.links).push(Arc::clone(&link));
        // An order to cut may have come between reading the orders and entering the list.
        if locked(&self.orders).requests == Flow::Cut {
            link.cut();
        }
        for direction in [Direction::Request, Direction::Answer] {
            let (switch, link) = (Arc::clone(self), Arc::clone(&link));
            thread::spawn(move || {
                // Breaking connections is what the proxy is for.
                let _ = switch.carry(&link, direction);
                link.cut();
                locked(&switch.links).retain(|other| !Arc::ptr_eq(other, &link));
            });
        }
        Ok(())
    }

    fn carry(&self, link: &Link, direction: Direction) -> std::io::Result<()> {
        let (mut from, mut to) = match direction {
            Direction::Request => (&link.client, &link.server),
            Direction::Answer => (&link.server, &link.client),
        };
        let mut piece = vec![0; PIECE];
        loop {
            let length = match from.read(&mut piece) {
                Ok(0) => return Ok(()),
                Ok(length) => length,
                Err(error) if error.kind() == ErrorKind::Interrupted => continue,
                Err(error) => return Err(error),
            };
            if let Some(delay) = self.passage(link, direction) {
                pause(delay);
                // An order to freeze may have come meanwhile, and holds this piece too.
                self.passage(link, direction);
            }
            to.write_all(&piece[..length])?;
        }
    }

    /// Returns once bytes may pass: at once, or after the returned delay.
    fn passage(&self, link: &Link, direction: Direction) -> Option<Duration> {
        let mut orders = locked(&self.orders);
        loop {
            let flow = match direction {
                Direction::Request => orders.requests,
                Direction::Answer => orders.answers,
            };
            match flow {
                Flow::Frozen if !link.broken.load(Ordering::Relaxed) => {
                    orders = self
                        .changed
                        .wait(orders)
                        .unwrap_or_else(PoisonError::into_inner);
                }
                Flow::Slow(delay) => return Some(delay),
                Flow::Open | Flow::Frozen | Flow::Cut => return None,
            }
        }
    }
}

impl Link {
    fn cut(&self) {
        self.broken.store(true, Ordering::Relaxed);
        // Both fail only when the other side has closed first.
        let _ = self.client.shutdown(Shutdown::Both);
        let _ = self.server.shutdown(Shutdown::Both);
    }
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stopwatch::Stopwatch;

    /// Bytes that come at all come by then, on any machine.
    const LATE: Duration = Duration::from_secs(30);
    /// Bytes that have not come by then do not come.
    const SOON: Duration = Duration::from_millis(200);

    /// A server that echoes everything, behind a proxy.
    fn echo() -> Proxy {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        thread::spawn(move || {
            for stream in listener.incoming() {
                let mut stream = stream.unwrap();
                thread::spawn(move || {
                    let mut back = stream.try_clone().unwrap();
                    let _ = std::io::copy(&mut stream, &mut back);
                });
            }
        });
        Proxy::to(address).unwrap()
    }

    fn connect(proxy: &Proxy) -> TcpStream {
        let stream = TcpStream::connect(proxy.address()).unwrap();
        stream.set_read_timeout(Some(LATE)).unwrap();
        stream
    }

    fn say(mut stream: &TcpStream, word: u8) -> std::io::Result<u8> {
        stream.write_all(&[word])?;
        hear(stream)
    }

    fn hear(mut stream: &TcpStream) -> std::io::Result<u8> {
        let mut answer = [0];
        stream.read_exact(&mut answer)?;
        Ok(answer[0])
    }

    /// Whether no byte comes for a while.
    fn is_silent(stream: &TcpStream) -> bool {
        stream.set_read_timeout(Some(SOON)).unwrap();
        let heard = hear(stream);
        stream.set_read_timeout(Some(LATE)).unwrap();
        heard.is_err()
    }

    #[test]
    fn an_open_line_carries_both_ways() {
        let proxy = echo();
        let (one, two) = (connect(&proxy), connect(&proxy));
        assert_eq!(say(&one, 1).unwrap(), 1);
        assert_eq!(say(&two, 2).unwrap(), 2);
        assert_eq!(say(&one, 3).unwrap(), 3);
    }

    #[test]
    fn a_cut_breaks_what_there_is_and_what_comes_until_it_is_mended() {
        let proxy = echo();
        let before = connect(&proxy);
        say(&before, 1).unwrap();
        proxy.order(Flow::Cut);
        assert!(say(&before, 2).is_err());
        assert!(say(&connect(&proxy), 3).is_err());
        proxy.order(Flow::Open);
        assert!(say(&before, 4).is_err());
        assert_eq!(say(&connect(&proxy), 5).unwrap(), 5);
    }

    #[test]
    fn a_frozen_line_holds_bytes_and_loses_none() {
        let proxy = echo();
        let mut stream = connect(&proxy);
        proxy.order(Flow::Frozen);
        stream.write_all(&[1]).unwrap();
        assert!(is_silent(&stream));
        stream.write_all(&[2]).unwrap();
        assert!(is_silent(&stream));
        proxy.order(Flow::Open);
        assert_eq!(
            (hear(&stream).unwrap(), hear(&stream).unwrap()),
            (1, 2),
            "held bytes come in order"
        );
    }

    #[test]
    fn answers_are_held_while_requests_pass() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let proxy = Proxy::to(listener.local_addr().unwrap()).unwrap();
        let mut client = connect(&proxy);
        let (mut server, _) = listener.accept().unwrap();
        server.set_read_timeout(Some(LATE)).unwrap();
        proxy.order_answers(Flow::Frozen);
        client.write_all(&[1]).unwrap();
        assert_eq!(hear(&server).unwrap(), 1);
        server.write_all(&[2]).unwrap();
        assert!(is_silent(&client));
        proxy.order_answers(Flow::Open);
        assert_eq!(hear(&client).unwrap(), 2);
    }

    #[test]
    fn a_frozen_line_can_be_cut() {
        let proxy = echo();
        let mut stream = connect(&proxy);
        proxy.order(Flow::Frozen);
        stream.write_all(&[1]).unwrap();
        assert!(is_silent(&stream));
        proxy.order(Flow::Cut);
        proxy.order(Flow::Open);
        assert!(hear(&stream).is_err(), "what was held is gone");
    }

    #[test]
    fn a_slow_line_delays_every_piece() {
        let proxy = echo();
        let stream = connect(&proxy);
        proxy.order(Flow::Slow(Duration::from_millis(30)));
        let watch = Stopwatch::start();
        assert_eq!(say(&stream, 1).unwrap(), 1);
        assert!(watch.elapsed() >= Duration::from_millis(60));
    }
}
