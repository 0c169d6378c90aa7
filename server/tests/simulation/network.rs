//! The network between phones and server: what becomes of each request is drawn from the seed.

use std::rc::{Rc, Weak};

use async_trait::async_trait;
use sync::transport::{Method, Request, Response, Transport, Unreachable};

use crate::{
    machine::Promise,
    mutations::{self, Mutation},
    phone::{Link, NEWEST, Phone},
    random::Random,
    simulation::Simulation,
    troubles, words,
};

pub type Answer = Promise<Result<Response, Unreachable>>;

pub struct Line {
    pub simulation: Weak<Simulation>,
    pub phone: Weak<Phone>,
}

#[async_trait(?Send)]
impl Transport for Line {
    async fn send(&self, request: Request) -> Result<Response, Unreachable> {
        let (Some(simulation), Some(phone)) = (self.simulation.upgrade(), self.phone.upgrade())
        else {
            return Err(Unreachable);
        };
        let answer = Answer::new();
        dispatch(&simulation, &phone, request, &answer);
        drop((simulation, phone));
        answer.await
    }
}

/// How often each fault strikes, per thousand requests.
#[derive(Clone, Debug, Default)]
pub struct Weather {
    pub lost_request: u64,
    pub lost_reply: u64,
    pub late: u64,
    pub twice: u64,
    pub middlebox: u64,
    pub cut: u64,
    pub hang: u64,
}

impl Weather {
    pub fn of(random: &mut Random) -> Self {
        let mut rate = |most: i64| {
            if random.chance(500) {
                random.range(10, most) as u64
            } else {
                0
            }
        };
        Self {
            lost_request: rate(150),
            lost_reply: rate(250),
            late: rate(100),
            twice: rate(150),
            middlebox: rate(150),
            cut: rate(400),
            hang: rate(150),
        }
    }
}

/// What becomes of one request.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Fate {
    Fine,
    /// It never arrives.
    LostRequest,
    /// The server does it and nobody hears.
    LostReply,
    /// It arrives when the phone has given it up.
    Late,
    /// It arrives a second time later.
    Twice,
    /// Something on the way answers instead.
    Middlebox(u16),
    /// The connection breaks in the middle of the body.
    Cut,
    /// The connection stays silent in the middle of the body.
    Hang,
}

const STATUSES: [u16; 18] = [
    200, 200, 302, 400, 401, 403, 404, 409, 413, 415, 422, 423, 429, 500, 500, 500, 502, 503,
];

fn fate(weather: &Weather, random: &mut Random, request: &Request) -> Fate {
    let has_body = request.method == Method::Patch && !request.body.is_empty();
    let struck = |random: &mut Random, permille| random.chance(permille);
    if has_body && struck(random, weather.cut) {
        return Fate::Cut;
    }
    if has_body && struck(random, weather.hang) {
        return Fate::Hang;
    }
    for (permille, fate) in [
        (weather.lost_request, Fate::LostRequest),
        (weather.lost_reply, Fate::LostReply),
        (weather.late, Fate::Late),
        (weather.twice, Fate::Twice),
    ] {
        if struck(random, permille) {
            return fate;
        }
    }
    if struck(random, weather.middlebox) {
        return Fate::Middlebox(random.pick(&STATUSES));
    }
    Fate::Fine
}

/// Decides what becomes of a request and lets it happen.
fn dispatch(simulation: &Rc<Simulation>, phone: &Rc<Phone>, request: Request, answer: &Answer) {
    let number = phone.next_call();
    let mut random = simulation.random(&[2, phone.index as u64, number]);
    let latency = random.range(15, 400);
    simulation.watch(answer);
    let said = format!("{} {}", phone.name(), words::of_request(&request));
    match phone.link() {
        Link::Down => {
            simulation.say(&format!("{said}: no network"));
            return later(simulation, 5, answer, Err(Unreachable));
        }
        Link::Portal => {
            simulation.say(&format!("{said}: a captive portal answers 200"));
            return later(simulation, latency, answer, Ok(html(200)));
        }
        Link::Up => {}
    }
    if let Some(gateway) = simulation.gateway(&request) {
        simulation.say(&format!("{said}: {gateway} from the gateway"));
        return refuse(simulation, phone, &request, gateway, latency, answer);
    }
    let fate = fate(&simulation.weather(), &mut random, &request);
    let given_up = if random.chance(500) {
        latency
    } else {
        request.timeout_ms
    };
    let bytes = random.below(request.body.len() + 1);
    match fate {
        Fate::Fine => arrive(simulation, phone, request, latency, Some(answer)),
        Fate::LostRequest => {
            simulation.say(&format!("{said}: lost on the way"));
            later(simulation, given_up, answer, Err(Unreachable));
        }
        Fate::LostReply => {
            simulation.say(&format!("{said}: the reply will be lost"));
            arrive(simulation, phone, request, latency, None);
            later(simulation, given_up + 1, answer, Err(Unreachable));
        }
        Fate::Late => {
            let delay = given_up + random.range(500, 40_000);
            simulation.say(&format!("{said}: held up for {delay} ms"));
            arrive(simulation, phone, request, delay, None);
            later(simulation, given_up, answer, Err(Unreachable));
        }
        Fate::Twice => {
            simulation.say(&format!("{said}: arrives twice"));
            arrive(simulation, phone, request.clone(), latency, Some(answer));
            let delay = latency + random.range(1, 30_000);
            arrive(simulation, phone, request, delay, None);
        }
        Fate::Middlebox(status) => {
            simulation.say(&format!("{said}: {status} from something on the way"));
            refuse(simulation, phone, &request, status, latency, answer);
        }
        Fate::Cut => {
            simulation.say(&format!("{said}: cut after {bytes} bytes"));
            let (one, other) = (simulation.clone(), phone.clone());
            simulation.machine.after(latency, move || {
                one.server.cut_short(&other.token(), &request, bytes);
            });
            later(simulation, given_up + 1, answer, Err(Unreachable));
        }
        Fate::Hang => {
            let release = random.range(1_000, 200_000);
            simulation.say(&format!("{said}: hangs after {bytes} bytes"));
            let (one, other) = (simulation.clone(), phone.clone());
            later(simulation, request.timeout_ms, answer, Err(Unreachable));
            simulation.machine.after(latency, move || {
                let hanging = one.server.hang(&other.token(), &request, bytes);
                one.keep_hanging(hanging, release);
            });
        }
    }
}

/// Something on the way answers with an error.
fn refuse(
    simulation: &Rc<Simulation>,
    phone: &Rc<Phone>,
    request: &Request,
    status: u16,
    latency: i64,
    answer: &Answer,
) {
    if status == 500 && simulation.mutation() == Some(Mutation::ForgetAfter500) {
        mutations::forget_sent(simulation, phone, request);
    }
    later(simulation, latency, answer, Ok(html(status)));
}

/// The request arrives at the server; its answer goes back, if somebody waits for it.
fn arrive(
    simulation: &Rc<Simulation>,
    phone: &Rc<Phone>,
    request: Request,
    delay: i64,
    answer: Option<&Answer>,
) {
    let (simulation, phone) = (simulation.clone(), phone.clone());
    let machine = simulation.clone();
    let answer = answer.cloned();
    machine.machine.after(delay, move || {
        let mut response = simulation.serve(&phone, &request);
        if phone.build.get() != NEWEST && words::is_pull(&request) {
            response = troubles::seen_by_older_build(response);
        }
        let heard = if answer.is_some() { "" } else { " (unheard)" };
        simulation.say(&format!(
            "the server answers {} {}{heard}: {}",
            phone.name(),
            words::of_request(&request),
            words::of_response(&request, &response)
        ));
        if let Some(answer) = answer {
            later(&simulation, delay, &answer, Ok(response));
        }
    });
}

fn later(simulation: &Simulation, ms: i64, answer: &Answer, result: Result<Response, Unreachable>) {
    let answer = answer.clone();
    simulation.machine.after(ms, move || answer.give(result));
}

/// What something that isn't Minglu says.
pub fn html(status: u16) -> Response {
    let mut headers = vec![("content-type".to_owned(), "text/html".to_owned())];
    if status == 302 {
        headers.push(("location".to_owned(), "http://10.0.0.1/portal".to_owned()));
    }
    if matches!(status, 429 | 503) {
        headers.push(("retry-after".to_owned(), "20".to_owned()));
    }
    Response {
        status,
        headers,
        body: b"<html><body><h1>Oops</h1></body></html>".to_vec(),
    }
}
