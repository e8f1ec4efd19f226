//! Tokens with scopes (`[api.tokens]`): which scope a route needs, and whether the token that came along has it. A route that the table does
//! not name is open to no such token, so one that is forgotten here lets nobody in.

use super::{acting, ends};
use crate::app::App;
use crate::config::{Scope, ScopedToken};
use crate::error::Problem;
use axum::extract::MatchedPath;
use axum::http::request::Parts;
use boothpay_protocol::secret::KeyDigest;

/// The scope that a token needs for a route, as `routes.rs` writes it. The API's description says the same, from here.
pub(crate) fn needed(route: &str) -> Option<Scope> {
    match route {
        "/api/generate-qr" | "/api/payment-status/{order_id}" => Some(Scope::Orders),
        "/api/session/create" => Some(Scope::Sessions),
        "/api/sessions/list" | "/api/sessions/cleanup" => Some(Scope::AllSessions),
        "/api/stats" => Some(Scope::Figures),
        "/api/payments" | "/api/payments/{number}" => Some(Scope::Payments),
        _ if route.starts_with("/api/prints/") => Some(Scope::Prints),
        _ if route.starts_with("/api/booth/") => Some(Scope::Booth),
        _ => None,
    }
}

/// Whether a token with scopes came along, and may do what is asked; none where it is no such token.
pub(super) fn judged(app: &App, parts: &Parts, given: &KeyDigest) -> Option<Result<(), Problem>> {
    let token = find(&app.settings.api_tokens, given)?;
    ends::prove(parts);
    let route = parts.extensions.get::<MatchedPath>().map_or("", MatchedPath::as_str);
    let Some(scope) = needed(route) else {
        return Some(Err(Problem::forbidden("a token with scopes does not open this, whatever its scopes are")));
    };
    if !token.may(scope) {
        return Some(Err(lacking(app, token, scope)));
    }
    acting::by_token(&token.name);
    Some(Ok(()))
}

/// Whether a token came along that has a scope.
pub(super) fn has(app: &App, given: &KeyDigest, scope: Scope) -> bool {
    find(&app.settings.api_tokens, given).is_some_and(|token| token.may(scope))
}

/// The token of this digest. All of them are compared, whichever it is.
fn find<'a>(tokens: &'a [ScopedToken], given: &KeyDigest) -> Option<&'a ScopedToken> {
    tokens.iter().fold(None, |found, token| if token.digest.matches(given) { Some(token) } else { found })
}

fn lacking(app: &App, token: &ScopedToken, scope: Scope) -> Problem {
    let (name, scope) = (&token.name, scope.word());
    let detail = format!(
        "this token may not do that: it lacks the scope \"{scope}\"; if its program should have it, add it to scopes in [api.tokens.{name}] \
         of boothpay.toml and start the server again"
    );
    if app.refusals.is_news(&format!("scope {scope} for token {name}")) {
        tracing::warn!("a call with the token {name} was refused: {detail}");
    }
    Problem::forbidden(detail).with_scope(scope)
}
