//! A browser at the panel: it keeps cookies, sends forms as browsers do, and reads pages.

use crate::world::{Answer, World};
use axum::body::Body;
use axum::http::{HeaderMap, Request};
use boothpay_protocol::panel::AdminName;
use boothpay_server::panel;
use std::collections::BTreeMap;

pub const PASSWORD: &str = "seven blue photo strips";

pub struct Browser {
    /// The address from which it comes.
    pub from: String,
    pub cookies: BTreeMap<String, String>,
}

impl Browser {
    /// A browser on another computer of the network.
    pub fn new() -> Self {
        Self::at("192.168.1.20")
    }

    pub fn at(from: &str) -> Self {
        Self { from: from.to_owned(), cookies: BTreeMap::new() }
    }

    /// A browser in which the owner is in.
    pub async fn of_owner(world: &World) -> Self {
        let mut browser = Self::new();
        browser.set_password(world, "owner").await;
        browser
    }

    /// Gets a link for somebody and sets his password by it.
    pub async fn set_password(&mut self, world: &World, name: &str) -> Answer {
        let path = link(world, name).await;
        let answer = self.send(world, &path, &[("password", PASSWORD), ("again", PASSWORD)]).await;
        assert_eq!((answer.status, answer.header("location")), (303, "/admin"), "{}", answer.text());
        answer
    }

    pub async fn log_in(&mut self, world: &World, name: &str, password: &str) -> Answer {
        self.send(world, "/admin/login", &[("name", name), ("password", password)]).await
    }

    /// A page.
    pub async fn get(&mut self, world: &World, path: &str) -> Answer {
        self.ask(world, Request::get(path), Body::empty()).await
    }

    /// A page that has to be there.
    pub async fn page(&mut self, world: &World, path: &str) -> String {
        let answer = self.get(world, path).await;
        assert_eq!(answer.status, 200, "{path}: {}", answer.text());
        answer.text().to_owned()
    }

    /// Sends a form as a page of this server does, without a token.
    pub async fn send(&mut self, world: &World, path: &str, fields: &[(&str, &str)]) -> Answer {
        let request = Request::post(path).header("origin", "http://127.0.0.1:5000");
        self.ask(world, request.header("content-type", "application/x-www-form-urlencoded"), form(fields)).await
    }

    /// Sends a form with the token of a page on which this browser is.
    pub async fn press(&mut self, world: &World, on: &str, path: &str, fields: &[(&str, &str)]) -> Answer {
        let token = token(&self.page(world, on).await);
        let fields: Vec<(&str, &str)> = fields.iter().copied().chain([("csrf", token.as_str())]).collect();
        self.send(world, path, &fields).await
    }

    pub async fn ask(&mut self, world: &World, request: axum::http::request::Builder, body: Body) -> Answer {
        let cookies: Vec<String> = self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let request = request.header("cookie", cookies.join("; ")).body(body).unwrap();
        let answer = world.send_from(&self.from, request).await;
        self.keep(&answer.headers);
        answer
    }

    fn keep(&mut self, headers: &HeaderMap) {
        for cookie in headers.get_all("set-cookie") {
            let cookie = cookie.to_str().unwrap();
            let (pair, rest) = cookie.split_once(';').unwrap();
            let (name, value) = pair.split_once('=').unwrap();
            if rest.contains("Max-Age=0;") {
                self.cookies.remove(name);
            } else {
                self.cookies.insert(name.to_owned(), value.to_owned());
            }
        }
    }
}

/// A link by which somebody sets his password.
pub async fn link(world: &World, name: &str) -> String {
    panel::new_link(&world.app.store, &world.app.clock, &AdminName::parse(name).unwrap()).await.unwrap().path
}

/// The token of a page's forms.
pub fn token(page: &str) -> String {
    let (_, rest) = page.split_once("name=\"csrf\" value=\"").expect("the page has a form");
    rest.split('"').next().unwrap().to_owned()
}

pub fn form(fields: &[(&str, &str)]) -> Body {
    let encoded = |text: &str| text.bytes().map(|byte| format!("%{byte:02x}")).collect::<String>();
    let pairs: Vec<String> = fields.iter().map(|(name, value)| format!("{name}={}", encoded(value))).collect();
    Body::from(pairs.join("&"))
}
