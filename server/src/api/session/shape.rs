//! A session and its photos in the first user's form.

use crate::api::first_page::iso;
use crate::app::App;
use crate::photos::pictures::Form;
use crate::qr;
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use boothpay_protocol::photos::{Photo, Session};
use serde_json::value::RawValue;
use serde_json::{Value, json};

/// A session. `telegram_url` is the address behind the code for the customer, `qrCode` that code as a picture; both are null while
/// there is no bot.
pub(super) fn session(app: &App, session: &Session, with_code: bool) -> Value {
    let link = app.photos.link(session);
    let customer = session.customer.as_ref();
    let data = RawValue::from_string(session.data.clone()).ok();
    let mut shape = json!({
        "id": session.id.as_str(),
        "kiosk_id": session.kiosk_id,
        "type": session.kind.word(),
        "status": session.status.word(),
        "created_at": iso(session.created_at),
        "expires_at": iso(session.expires_at),
        "completed_at": session.completed_at.map(iso),
        "telegram_user_id": customer.map(|customer| customer.id),
        "telegram_username": customer.and_then(|customer| customer.name.as_deref()),
        "data": data,
        "photos_count": session.photos.len(),
        "uploaded_count": session.uploaded().len(),
        "photos_wanted": app.settings.photos.wanted,
        "photos_max": app.settings.photos.most,
        "has_result": session.result().is_some(),
        "telegram_url": link,
    });
    if with_code && let (Some(link), Some(members)) = (link, shape.as_object_mut()) {
        members.insert("qrCode".to_owned(), json!(qr::data_uri(&link)));
    }
    shape
}

/// A photo; its bytes, if they are wanted, as a data address.
pub(super) fn photo(session: &Session, photo: &Photo, bytes: Option<&[u8]>) -> Value {
    let form = Form::of_file(photo.file.as_str());
    let data = bytes.map(|bytes| format!("data:{};base64,{}", form.media_type(), BASE64_STANDARD.encode(bytes)));
    json!({
        "id": photo.number,
        "session_id": session.id.as_str(),
        "photo_type": photo.kind.word(),
        "photo_path": format!("/api/session/{}/photos/{}", session.id.as_str(), photo.number),
        "photo_data": data,
        "telegram_file_id": photo.telegram_file_id,
        "uploaded_at": iso(photo.uploaded_at),
        "width": photo.width,
        "height": photo.height,
        "order_index": photo.order_index,
    })
}
