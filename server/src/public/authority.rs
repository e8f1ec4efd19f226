//! Getting a certificate from an authority by ACME (RFC 8555): an account, an order, the proof that the name is ours, the certificate.
//! The library speaks the protocol; over which line, with which bounds and in which words is said here.

use super::Certificate;
use super::folder::Folder;
use super::shown::{Proof, Shown};
use crate::config::PublicSettings;
use crate::limits::{ACME_BYTES_MAX, ACME_ORDER_PATIENCE, ACME_PATIENCE};
use crate::outgoing::address::HttpAddress;
use crate::outgoing::line::{Caller, Destination, Trouble};
use axum::http::Request;
use boothpay_protocol::time::TimeMs;
use http_body_util::{BodyExt, Full};
use hyper::Uri;
use hyper::body::Bytes;
use instant_acme::{
    Account, AccountCredentials, AuthorizationStatus, BodyWrapper, BytesResponse, ChallengeType, Error, HttpClient,
    Identifier, NewAccount, NewOrder, Order, OrderStatus, Problem, RetryPolicy,
};
use std::fmt;
use std::pin::Pin;
use std::sync::Arc;
use tokio::sync::Mutex;

/// What an authority calls it when it was asked too often (RFC 8555, section 6.7).
const RATE_LIMITED: &str = "urn:ietf:params:acme:error:rateLimited";

/// What it calls it when it does not know an account.
const NO_ACCOUNT: &str = "urn:ietf:params:acme:error:accountDoesNotExist";

/// Why there is no certificate, in words for a person.
#[derive(Debug)]
pub(crate) struct Refusal {
    why: String,
    /// Whether it was asked too often, so that asking again soon makes it worse.
    pub(crate) too_often: bool,
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.why)
    }
}

impl From<String> for Refusal {
    fn from(why: String) -> Self {
        Self { why, too_often: false }
    }
}

impl From<&Problem> for Refusal {
    fn from(problem: &Problem) -> Self {
        let too_often = problem.r#type.as_deref() == Some(RATE_LIMITED);
        let detail = problem.detail.as_deref().or(problem.r#type.as_deref()).unwrap_or("it does not say why");
        let details: String =
            problem.subproblems.iter().filter_map(|it| it.detail.as_deref()).map(|it| format!("; {it}")).collect();
        Self { why: format!("it refused: {detail}{details}"), too_often }
    }
}

impl From<Error> for Refusal {
    fn from(error: Error) -> Self {
        if let Error::Api(problem) = &error {
            return problem.into();
        }
        error.to_string().into()
    }
}

/// Whoever issues certificates, and us as its customer.
pub(super) struct Authority {
    settings: PublicSettings,
    shown: Arc<Shown>,
    caller: Caller,
    /// Kept from the first order on.
    account: Mutex<Option<Account>>,
}

impl Authority {
    pub(super) fn new(settings: PublicSettings, shown: Arc<Shown>, caller: Caller) -> Self {
        Self { settings, shown, caller, account: Mutex::default() }
    }

    /// Gets a certificate that is good now.
    pub(super) async fn obtain(&self, folder: &Folder, now: TimeMs) -> Result<Certificate, Refusal> {
        let pem = tokio::time::timeout(ACME_ORDER_PATIENCE, self.order(folder)).await;
        let pem = pem.map_err(|_| format!("it took longer than {} s", ACME_ORDER_PATIENCE.as_secs()))??;
        let certificate = Certificate::read(pem, &self.settings.domain)
            .map_err(|why| format!("what it issued cannot be used: {why}"))?;
        if certificate.until <= now {
            return Err("what it issued is over already; is the clock of this computer right?".to_owned().into());
        }
        Ok(certificate)
    }

    /// Key and chain, as PEM.
    async fn order(&self, folder: &Folder) -> Result<String, Refusal> {
        let account = self.account(folder).await?;
        let name = [Identifier::Dns(self.settings.domain.clone())];
        let mut order = match account.new_order(&NewOrder::new(&name)).await {
            Ok(order) => order,
            Err(Error::Api(problem)) if problem.r#type.as_deref() == Some(NO_ACCOUNT) => {
                // The next try makes a new one.
                *self.account.lock().await = None;
                folder
                    .forget_account()
                    .map_err(|error| format!("the account in {folder} cannot be removed: {error}"))?;
                return Err(Refusal::from(&problem));
            }
            Err(error) => return Err(error.into()),
        };
        let proving = self.prove(&mut order).await?;
        let patience = RetryPolicy::new().timeout(ACME_ORDER_PATIENCE);
        let status = order.poll_ready(&patience).await?;
        drop(proving);
        if status != OrderStatus::Ready && status != OrderStatus::Valid {
            return Err(refusal_of(&mut order).await);
        }
        let key = order.finalize().await?;
        let chain = order.poll_certificate(&patience).await?;
        Ok(format!("{key}\n{chain}"))
    }

    /// Shows what the authority wants to see, and tells it to look. `None` when it remembers from the last time that the name is ours.
    async fn prove(&self, order: &mut Order) -> Result<Option<super::shown::Shows<'_>>, Refusal> {
        let mut authorizations = order.authorizations();
        let mut proving = None;
        while let Some(authorization) = authorizations.next().await {
            let mut authorization = authorization?;
            match authorization.status {
                AuthorizationStatus::Valid => continue,
                AuthorizationStatus::Pending => {}
                AuthorizationStatus::Invalid
                | AuthorizationStatus::Revoked
                | AuthorizationStatus::Expired
                | AuthorizationStatus::Deactivated => {
                    return Err(format!("it does not want to look whether {} is ours", self.settings.domain).into());
                }
            }
            let kind = match self.settings.http_listen {
                Some(_) => ChallengeType::Http01,
                None => ChallengeType::TlsAlpn01,
            };
            let mut challenge = authorization.challenge(kind).ok_or_else(|| match self.settings.http_listen {
                Some(_) => "it does not look at port 80; leave public.http_listen empty".to_owned(),
                None => "it does not look at port 443; set public.http_listen".to_owned(),
            })?;
            let text = challenge.key_authorization();
            let proof = match self.settings.http_listen {
                Some(_) => Proof::Http { token: challenge.token.clone(), text: text.as_str().to_owned() },
                None => Proof::tls(&self.settings.domain, text.digest().as_ref())?,
            };
            proving = Some(self.shown.prove(proof));
            challenge.set_ready().await?;
        }
        Ok(proving)
    }

    /// The account that is kept, or a new one.
    async fn account(&self, folder: &Folder) -> Result<Account, Refusal> {
        let mut known = self.account.lock().await;
        if let Some(account) = known.as_ref() {
            return Ok(account.clone());
        }
        let builder = || Account::builder_with_http(Box::new(Line(self.caller.clone())));
        let kept = folder.account().map_err(|error| format!("the account in {folder} cannot be read: {error}"))?;
        let account = match kept.map(|text| serde_json::from_str::<AccountCredentials>(&text)).transpose() {
            Ok(Some(credentials)) => builder().from_credentials(credentials).await?,
            // A file that is no account any more costs nothing: accounts are free.
            Ok(None) | Err(_) => {
                let contact = self.settings.contact.as_ref().map(|mail| format!("mailto:{mail}"));
                let wanted = NewAccount {
                    contact: &contact.iter().map(String::as_str).collect::<Vec<_>>(),
                    terms_of_service_agreed: true,
                    only_return_existing: false,
                };
                let (account, credentials) =
                    builder().create(&wanted, self.settings.authority_url.clone(), None).await?;
                let text = serde_json::to_string(&credentials).map_err(|error| error.to_string())?;
                folder
                    .keep_account(&text)
                    .map_err(|error| format!("the account cannot be kept in {folder}: {error}"))?;
                account
            }
        };
        Ok(known.insert(account).clone())
    }
}

/// What the authority saw when it looked whether the name is ours.
async fn refusal_of(order: &mut Order) -> Refusal {
    let mut authorizations = order.authorizations();
    while let Some(authorization) = authorizations.next().await {
        let Ok(mut authorization) = authorization else { continue };
        if authorization.refresh().await.is_err() {
            continue;
        }
        if let Some(problem) = authorization.challenges.iter().find_map(|challenge| challenge.error.as_ref()) {
            return problem.into();
        }
    }
    let said = order.state().error.as_ref().map(Refusal::from);
    said.unwrap_or_else(|| "it refused and does not say why".to_owned().into())
}

/// The server's own line to others, for the library.
struct Line(Caller);

impl HttpClient for Line {
    fn request(
        &self,
        request: Request<BodyWrapper<Bytes>>,
    ) -> Pin<Box<dyn Future<Output = Result<BytesResponse, Error>> + Send>> {
        let caller = self.0.clone();
        Box::pin(async move {
            let (mut head, body) = request.into_parts();
            let address = HttpAddress::parse(&head.uri.to_string()).map_err(|why| Error::Other(why.into()))?;
            if !address.is_https {
                return Err(Error::Other("it names an address without https://".into()));
            }
            head.uri = address.path.parse::<Uri>()?;
            let body = body.collect().await.map_err(|error| Error::Other(error.into()))?.to_bytes();
            let request = Request::from_parts(head, Full::new(body));
            // The owner has named the authority for this and nothing else; it may be one of his own.
            let to = Destination {
                address: &address,
                allow_private: true,
                patience: ACME_PATIENCE,
                body_bytes_max: ACME_BYTES_MAX,
            };
            let answer = caller.call(&to, request).await;
            let answer = answer.map_err(|Trouble(why)| Error::Other(format!("{address}: {why}").into()))?;
            let mut response = hyper::Response::new(Full::new(answer.body));
            *response.status_mut() = answer.status;
            *response.headers_mut() = answer.headers;
            Ok(BytesResponse::from(response))
        })
    }
}
