//! What each epoll instance of a run watches, as the calls tell: so a wait can say whom it waits for.

use std::collections::{BTreeMap, HashMap, HashSet};

use crate::trace::{Answer, Entered, Event, Returned, Value, What};

/// So many descriptors are told by number.
const MOST: usize = 8;

/// A process's descriptor.
type Place = (i32, i32);

/// What a wait is for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Watched {
    /// The descriptors, and what is known of them: `3 (listening), 5, 6`.
    pub told: String,
    /// How many they are.
    pub count: usize,
}

/// The lists of the epoll instances, up to now.
///
/// The kernel's list goes by the socket behind a descriptor, this one by the number: where a copy of a closed
/// descriptor is left, the kernel still watches what is no longer told here.
#[derive(Debug, Clone, Default)]
pub struct Interests {
    calls: HashMap<u64, Entered>,
    /// Which instance a descriptor leads to. A forked child's leads to its parent's.
    instances: HashMap<Place, usize>,
    lists: Vec<BTreeMap<i32, i64>>,
    listening: HashSet<Place>,
}

impl Interests {
    /// Takes the next event.
    pub fn take(&mut self, event: &Event) {
        match &event.what {
            What::Entered(entered) if changes(entered) => {
                self.calls.insert(entered.call, entered.clone());
            }
            What::Returned(returned) => {
                if let Some(entered) = self.calls.remove(&returned.call) {
                    self.done(&entered, returned);
                }
            }
            What::Forked { who, child } => self.forked(who.pid, child.pid),
            _ => (),
        }
    }

    /// What a call waits for, if it is one of epoll's and its instance was made in the run.
    pub fn of(&self, entered: &Entered) -> Option<Watched> {
        if !entered.name.starts_with("epoll_") {
            return None;
        }
        let epfd = descriptor(entered, "epfd")?;
        let list = self.lists.get(*self.instances.get(&(entered.who.pid, epfd))?)?;
        let told = |(fd, events): (&i32, &i64)| {
            let what = match *events {
                events if events & i64::from(libc::EPOLLIN) != 0 => {
                    let listens = self.listening.contains(&(entered.who.pid, *fd));
                    if listens { " (listening)" } else { "" }
                }
                events if events & i64::from(libc::EPOLLOUT) != 0 => " (to send)",
                _ => " (an error or its end alone)",
            };
            format!("{fd}{what}")
        };
        let mut all: Vec<_> = list.iter().take(MOST).map(told).collect();
        if list.len() > MOST {
            all.push(format!("… ({} in all)", list.len()));
        }
        Some(Watched { told: all.join(", "), count: list.len() })
    }

    /// Takes the end of a call.
    pub(super) fn done(&mut self, entered: &Entered, returned: &Returned) {
        let pid = entered.who.pid;
        let fd = |name| descriptor(entered, name);
        match (entered.name.as_ref(), &returned.answer) {
            // Whatever close answers, the number is free.
            ("close", _) => fd("fd").into_iter().for_each(|fd| self.closed(pid, fd)),
            ("epoll_create" | "epoll_create1", Answer::Value(epfd)) => {
                self.instances.insert((pid, *epfd as i32), self.lists.len());
                self.lists.push(BTreeMap::new());
            }
            ("listen", Answer::Value(_)) => {
                self.listening.extend(fd("sockfd").map(|fd| (pid, fd)));
            }
            ("dup2" | "dup3", Answer::Value(new)) if fd("oldfd") != Some(*new as i32) => {
                self.closed(pid, *new as i32);
            }
            ("epoll_ctl", Answer::Value(_)) => {
                let instance = fd("epfd").and_then(|epfd| self.instances.get(&(pid, epfd)));
                let list = instance.and_then(|instance| self.lists.get_mut(*instance));
                let (Some(list), Some(fd)) = (list, fd("fd")) else { return };
                match events(entered) {
                    Some(events) => drop(list.insert(fd, events)),
                    None => drop(list.remove(&fd)),
                }
            }
            _ => (),
        }
    }

    fn closed(&mut self, pid: i32, fd: i32) {
        self.listening.remove(&(pid, fd));
        self.instances.remove(&(pid, fd));
        // Where another process has the list, too, it has the socket: that stays open, and on the list.
        let shared = |instance: usize| {
            self.instances.iter().any(|((of, _), other)| *of != pid && *other == instance)
        };
        let own = self.instances.iter().filter(|((of, _), _)| *of == pid);
        let own: Vec<_> = own.map(|(_, instance)| *instance).filter(|at| !shared(*at)).collect();
        for instance in own {
            if let Some(list) = self.lists.get_mut(instance) {
                list.remove(&fd);
            }
        }
    }

    /// A child has its parent's descriptors.
    pub(super) fn forked(&mut self, parent: i32, child: i32) {
        if parent == child {
            return; // a thread
        }
        let of_parent = |(pid, fd): &Place| (*pid == parent).then_some((child, *fd));
        let instances: Vec<_> =
            self.instances.iter().filter_map(|(at, to)| Some((of_parent(at)?, *to))).collect();
        let listening: Vec<_> = self.listening.iter().filter_map(of_parent).collect();
        self.instances.extend(instances);
        self.listening.extend(listening);
    }
}

/// Whether a call can change a list, or what is told of it.
fn changes(entered: &Entered) -> bool {
    let names = ["close", "dup2", "dup3", "epoll_create", "epoll_create1", "epoll_ctl", "listen"];
    names.contains(&entered.name.as_ref())
}

fn descriptor(entered: &Entered, name: &str) -> Option<i32> {
    entered.args.iter().find_map(|arg| match arg.value {
        Value::Fd(fd) if arg.name == name => Some(fd),
        _ => None,
    })
}

/// The events that epoll_ctl asks for; of EPOLL_CTL_DEL none.
fn events(entered: &Entered) -> Option<i64> {
    let fields = entered.args.iter().find_map(|arg| match &arg.value {
        Value::Struct(fields) if arg.name == "event" => Some(fields),
        _ => None,
    })?;
    fields.iter().find_map(|field| match &field.value {
        Value::Named { raw, .. } | Value::Int(raw) if field.name == "events" => Some(*raw),
        _ => None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::show::welcome::entered;
    use crate::trace::{Arg, Who};

    struct Run {
        interests: Interests,
        calls: u64,
    }

    impl Run {
        fn make(&mut self, name: &'static str, args: Vec<Arg>, answer: Answer) {
            self.calls += 1;
            let call = entered(self.calls, 0, name, args);
            let returned = Returned { call: self.calls, answer, out: Vec::new(), made: None };
            for what in [What::Entered(call), What::Returned(returned)] {
                self.interests.take(&Event { at: 0, what });
            }
        }

        fn ctl(&mut self, fd: i32, events: Option<i32>, answer: Answer) {
            let fields = |events: i32| {
                Value::Struct(vec![
                    Arg::new("events", Value::Named { raw: events.into(), name: "…".into() }),
                    Arg::new("data", Value::Int(4711)),
                ])
            };
            let args = vec![
                Arg::new("epfd", Value::Fd(4)),
                Arg::new("fd", Value::Fd(fd)),
                Arg::new("event", events.map_or(Value::Null, fields)),
            ];
            self.make("epoll_ctl", args, answer);
        }

        fn told(&self) -> String {
            let wait = entered(99, 0, "epoll_wait", vec![Arg::new("epfd", Value::Fd(4))]);
            self.interests.of(&wait).map_or_else(|| "?".into(), |watched| watched.told)
        }
    }

    #[test]
    fn the_list_is_what_the_calls_have_made_it() {
        let mut run = Run { interests: Interests::default(), calls: 0 };
        let done = || Answer::Value(0);
        assert_eq!(run.told(), "?");
        run.make("listen", vec![Arg::new("sockfd", Value::Fd(3))], done());
        run.make("epoll_create1", vec![], Answer::Value(4));
        assert_eq!(run.told(), "");
        run.ctl(3, Some(libc::EPOLLIN), done());
        run.ctl(6, Some(libc::EPOLLIN | libc::EPOLLRDHUP), done());
        run.ctl(5, Some(libc::EPOLLIN), done());
        run.ctl(7, Some(libc::EPOLLIN), Answer::Errno(libc::ENOSPC));
        assert_eq!(run.told(), "3 (listening), 5, 6");
        run.ctl(5, Some(libc::EPOLLOUT), done());
        run.ctl(3, Some(0), done());
        assert_eq!(run.told(), "3 (an error or its end alone), 5 (to send), 6");
        run.ctl(3, None, done());
        run.make("close", vec![Arg::new("fd", Value::Fd(6))], done());
        assert_eq!(run.told(), "5 (to send)");
        for fd in 10..20 {
            run.ctl(fd, Some(libc::EPOLLIN), done());
        }
        assert_eq!(run.told(), "5 (to send), 10, 11, 12, 13, 14, 15, 16, … (11 in all)");

        let parent = entered(1, 0, "fork", vec![]).who;
        let child = Who { pid: parent.pid + 1, tid: parent.pid + 1, ..parent };
        run.interests.take(&Event { at: 0, what: What::Forked { who: parent, child } });
        let mut wait = entered(99, 0, "epoll_wait", vec![Arg::new("epfd", Value::Fd(4))]);
        wait.who = child;
        assert_eq!(run.interests.of(&wait).map(|watched| watched.count), Some(11));
    }
}
