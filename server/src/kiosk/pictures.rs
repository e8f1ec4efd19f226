//! `GET /pictures/{name}`: the owner's own pictures, the code of UzQR and the wallets' logos. They were read with the settings; no
//! file is opened for a visitor.

use super::orders::Shared;
use crate::config::picture::Picture;
use crate::config::{Settings, UzqrCode};
use crate::error::Problem;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use boothpay_protocol::ledger::provider::Provider;

/// The name of UzQR's code.
const CODE: &str = "uzqr-code";

/// What a picture may do where somebody opens it by itself: nothing. An SVG can hold scripts.
const PICTURE_POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; sandbox";

/// Where UzQR's code is shown from. The address differs when the picture does.
pub(super) fn code_address(picture: &Picture) -> String {
    address(CODE, picture)
}

/// Where a wallet's logo is shown from, if there is one.
pub(super) fn logo_address(settings: &Settings, wallet: Provider) -> Option<String> {
    // To a customer both are Uzum.
    let wallet = if wallet == Provider::UzumQr { Provider::Uzum } else { wallet };
    Some(address(wallet.word(), settings.logos.get(&wallet)?))
}

fn address(name: &str, picture: &Picture) -> String {
    format!("/pictures/{name}?{}", picture.tag())
}

/// Answers with a picture. A browser keeps it and asks whether it is still the same.
pub(crate) async fn handle(
    State(app): Shared,
    name: Result<Path<String>, PathRejection>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let nothing = || Problem::not_found("there is no such picture");
    let Path(name) = name.map_err(|_| nothing())?;
    let picture = named(&app.settings, &name).ok_or_else(nothing)?;
    let tag = HeaderValue::from_str(&format!("\"{}\"", picture.tag())).map_err(|_| nothing())?;
    let fresh = headers.get(header::IF_NONE_MATCH) == Some(&tag);
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static(picture.kind().media_type())),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-cache")),
        (header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(PICTURE_POLICY)),
        (header::ETAG, tag),
    ];
    if fresh {
        return Ok((StatusCode::NOT_MODIFIED, headers).into_response());
    }
    Ok((headers, picture.bytes().to_vec()).into_response())
}

fn named<'a>(settings: &'a Settings, name: &str) -> Option<&'a Picture> {
    match (&settings.uzqr.code, name) {
        (Some(UzqrCode::Picture(picture)), CODE) => Some(picture),
        (_, _) => settings.logos.get(&Provider::from_word(name)?),
    }
}
