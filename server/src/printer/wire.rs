//! One call of a printer each, by IPP over HTTP (RFC 8010, RFC 8011). The crate `ipp` puts the bytes together and takes them apart.

use super::queue::{Failure, Job, JobState, Seen, SheetWish, Teller};
use crate::limits::{PRINTER_ANSWER_BYTES_MAX, PRINTER_JOBS_MAX, PRINTER_PATIENCE};
use crate::outgoing::address::HttpAddress;
use crate::outgoing::line::{Caller, Destination, Trouble};
use crate::outgoing::trust::Trust;
use axum::http::{Request, StatusCode, header};
use http_body_util::Full;
use hyper::body::Bytes;
use ipp::model::{JobState as Code, StatusCode as IppStatus};
use ipp::parser::{IppParseError, IppParser};
// What reads numbers as states has no name that could be imported alone.
use ipp::prelude::*;
use ipp::reader::IppReader;
use ipp::value::{IppKeyword, IppMimeMediaType, IppName};
use std::fmt;
use std::io::Cursor;
use std::time::Duration;

/// The port of IPP (RFC 8010, 3.3).
const IPP_PORT: u16 = 631;

/// In whose name jobs are sent and taken back. CUPS lets nobody else take them back.
const USER: &str = "boothpay";

/// Where a printer or a queue is: `ipp://192.168.1.50/ipp/print`, `ipp://localhost/printers/DNP`; with ipps:// over TLS (RFC 7472).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PrinterAddress {
    http: HttpAddress,
    uri: Uri,
}

impl PrinterAddress {
    /// Reads what was written; else what to write instead.
    pub fn parse(text: &str) -> Result<Self, &'static str> {
        let plain = "give the printer's address, for instance \"ipp://192.168.1.50/ipp/print\", or of a queue of CUPS \
                     \"ipp://localhost/printers/NAME\", or of a printer of Windows \"windows:DNP DS620\"";
        let (scheme, line, rest) = match text.split_once("://") {
            Some(("ipp", rest)) => ("ipp", "http", rest),
            Some(("ipps", rest)) => ("ipps", "https", rest),
            Some(("https", _)) => return Err("write ipps:// instead of https://"),
            Some(_) | None => return Err(plain),
        };
        let (authority, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
        let has_port = authority.rsplit_once(':').is_some_and(|(_, port)| !port.is_empty() && !port.contains(']'));
        let authority = if has_port { authority.to_owned() } else { format!("{authority}:{IPP_PORT}") };
        let http = HttpAddress::parse(&format!("{line}://{authority}{path}")).map_err(|_| plain)?;
        let uri = format!("{scheme}://{authority}{path}").parse().map_err(|_| plain)?;
        Ok(Self { http, uri })
    }

    /// Whether it is a name that only CUPS looks up (`DNP._ipps._tcp.local`).
    fn is_of_dnssd(&self) -> bool {
        self.http.host.contains("._tcp")
    }

    /// Whether it is on this computer.
    fn is_here(&self) -> bool {
        self.http.host == "localhost" || self.http.ip().is_some_and(|ip| ip.is_loopback())
    }
}

impl fmt::Display for PrinterAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.uri)
    }
}

/// A printer or a queue that is asked by IPP.
#[derive(Clone)]
pub(crate) struct IppPrinter {
    address: PrinterAddress,
    caller: Caller,
}

impl IppPrinter {
    pub(crate) fn new(address: PrinterAddress, trust: Trust) -> Self {
        Self { address, caller: Caller::trusting(trust) }
    }

    /// How it is (Get-Printer-Attributes).
    pub(crate) async fn look(&self) -> Result<Seen, Failure> {
        let request =
            self.request(Operation::GetPrinterAttributes, &[("requested-attributes", keywords(&WANTED_OF_PRINTERS)?)])?;
        let answer = self.call(request, &[], PRINTER_PATIENCE).await?;
        let group = answer.first_of(DelimiterTag::PrinterAttributes).ok_or_else(no_sense)?;
        let state = number(group, "printer-state").and_then(PrinterState::from_i32).ok_or_else(no_sense)?;
        let teller = match (value(group, "printer-type"), state) {
            (None, _) => Teller::Printer,
            (Some(_), PrinterState::Processing) => Teller::Queue,
            (Some(_), PrinterState::Idle | PrinterState::Stopped) => Teller::QueueAtRest,
        };
        let device = texts(group, "device-uri").pop().and_then(|device| PrinterAddress::parse(&device).ok());
        Ok(Seen {
            reasons: texts(group, "printer-state-reasons"),
            teller,
            // What a queue on another computer calls by this name may be something else here.
            device: device.filter(|device| self.address.is_here() && !device.is_of_dnssd()),
            up_for: number(group, "printer-up-time").filter(|_| teller == Teller::Printer),
            is_stopped: state == PrinterState::Stopped,
            formats: texts(group, "document-format-supported"),
            takes_jobs: !matches!(value(group, "printer-is-accepting-jobs"), Some(IppValue::Boolean(false))),
            media: texts(group, "media-supported"),
            supplies: texts(group, "marker-message").join(" "),
            levels: numbers(group, "marker-levels"),
        })
    }

    /// Sends one copy (Print-Job), and gets the job's number.
    pub(crate) async fn print(
        &self,
        name: &str,
        jpeg: &[u8],
        wish: &SheetWish,
        patience: Duration,
    ) -> Result<i32, Failure> {
        let request = self.job_request(Operation::PrintJob, name, wish)?;
        let answer = self.call(request, jpeg, patience).await?;
        let group = answer.first_of(DelimiterTag::JobAttributes).ok_or_else(no_sense)?;
        number(group, "job-id").ok_or_else(no_sense)
    }

    /// Whether it would take such a job (Validate-Job).
    pub(crate) async fn would_print(&self, wish: &SheetWish) -> Result<(), Failure> {
        let request = self.job_request(Operation::ValidateJob, "boothpay", wish)?;
        self.call(request, &[], PRINTER_PATIENCE).await.map(drop)
    }

    fn job_request(&self, operation: Operation, name: &str, wish: &SheetWish) -> Result<IppRequestResponse, Failure> {
        let format = IppMimeMediaType::new(JPEG).map(IppValue::MimeMediaType)?;
        let mut request = self.request(operation, &[("job-name", name_value(name)?), ("document-format", format)])?;
        let mut job = |name: &str, value: IppValue| -> Result<(), Failure> {
            request.attributes_mut().add(DelimiterTag::JobAttributes, IppAttribute::with_name(name, value)?);
            Ok(())
        };
        job("copies", IppValue::Integer(1))?;
        // It has the printer's pixels, so there is little or nothing to fill.
        job("print-scaling", keywords(&["fill"])?)?;
        if !wish.media.is_empty() {
            job("media", keywords(&[&wish.media])?)?;
        }
        Ok(request)
    }

    /// How far a job is (Get-Job-Attributes).
    pub(crate) async fn job(&self, id: i32) -> Result<Job, Failure> {
        let operation = [("job-id", IppValue::Integer(id)), ("requested-attributes", keywords(&WANTED_OF_JOBS)?)];
        let request = self.request(Operation::GetJobAttributes, &operation)?;
        let answer = self.call(request, &[], PRINTER_PATIENCE).await?;
        let group = answer.first_of(DelimiterTag::JobAttributes).ok_or_else(no_sense)?;
        read_job(group, Some(id)).ok_or_else(no_sense)
    }

    /// Its jobs (Get-Jobs): those that are not over, or those that are.
    pub(crate) async fn jobs(&self, open: bool) -> Result<Vec<Job>, Failure> {
        let which = if open { "not-completed" } else { "completed" };
        let operation = [
            ("limit", IppValue::Integer(PRINTER_JOBS_MAX)),
            ("which-jobs", keywords(&[which])?),
            ("requested-attributes", keywords(&WANTED_OF_JOBS)?),
        ];
        let request = self.request(Operation::GetJobs, &operation)?;
        let answer = self.call(request, &[], PRINTER_PATIENCE).await?;
        Ok(answer.groups_of(DelimiterTag::JobAttributes).filter_map(|group| read_job(group, None)).collect())
    }

    /// Takes a job back (Cancel-Job). That it went, [`IppPrinter::job`] says.
    pub(crate) async fn cancel(&self, id: i32) -> Result<(), Failure> {
        let request = self.request(Operation::CancelJob, &[("job-id", IppValue::Integer(id))])?;
        self.call(request, &[], PRINTER_PATIENCE).await.map(drop)
    }

    fn request(&self, operation: Operation, with: &[(&str, IppValue)]) -> Result<IppRequestResponse, Failure> {
        let mut request = IppRequestResponse::new(IppVersion::v1_1(), operation, Some(self.address.uri.clone()))?;
        let mut add = |name: &str, value: IppValue| -> Result<(), Failure> {
            request.attributes_mut().add(DelimiterTag::OperationAttributes, IppAttribute::with_name(name, value)?);
            Ok(())
        };
        add("requesting-user-name", name_value(USER)?)?;
        for (name, value) in with {
            add(name, value.clone())?;
        }
        Ok(request)
    }

    async fn call(
        &self,
        request: IppRequestResponse,
        document: &[u8],
        patience: Duration,
    ) -> Result<IppAttributes, Failure> {
        let bytes = [&request.to_bytes()[..], document].concat();
        let address = &self.address.http;
        let request = Request::post(address.path.as_str())
            .header(header::CONTENT_TYPE, "application/ipp")
            .body(Full::new(Bytes::from(bytes)))
            .map_err(|error| Failure::Refused(error.to_string()))?;
        let to = Destination { address, allow_private: true, patience, body_bytes_max: PRINTER_ANSWER_BYTES_MAX };
        let answer = self.caller.call(&to, request).await.map_err(|Trouble(why)| Failure::Silent(why))?;
        if answer.status.is_client_error() {
            let cure = cure_of(answer.status);
            return Err(Failure::Refused(format!("it answers {} at this address{cure}", answer.status)));
        }
        if answer.status != StatusCode::OK {
            return Err(Failure::Silent(format!("it answers {}", answer.status)));
        }
        if !is_shallow(&answer.body) {
            return Err(Failure::Silent("what it answers is nested deeper than any printer's answer".to_owned()));
        }
        let parsed = IppParser::new(IppReader::new(Cursor::new(answer.body))).parse();
        let parsed =
            parsed.map_err(|error| Failure::Silent(format!("what it answers is no whole answer of IPP: {error}")))?;
        let status = parsed.header().status_code();
        if status.is_success() {
            return Ok(parsed.attributes().clone());
        }
        let said = parsed.attributes().first_of(DelimiterTag::OperationAttributes);
        let said = said.and_then(|group| texts(group, "status-message").pop()).unwrap_or_default();
        let cure = if status == IppStatus::ClientErrorNotFound { NO_SUCH_QUEUE } else { "" };
        let why = format!("{status:?} {said}").trim_end().to_owned() + cure;
        // From there on it is a trouble of the printer's own, which may be of the moment, and what was asked may have been done.
        let is_its_own = parsed.header().operation_or_status >= SERVER_ERRORS;
        Err(if is_its_own { Failure::Silent(why) } else { Failure::Refused(why) })
    }
}

/// What to do where CUPS refuses before it has read what is asked.
fn cure_of(status: StatusCode) -> &'static str {
    match status {
        StatusCode::BAD_REQUEST => {
            "; a cupsd that does not know itself by this name needs \"ServerAlias *\" in cupsd.conf"
        }
        StatusCode::UNAUTHORIZED => {
            "; it asks for a password, and this server has none: `lpadmin -p NAME -o printer-op-policy=default` lets the booth print"
        }
        StatusCode::FORBIDDEN => "; it lets nobody print from here: see \"Allow\" in cupsd.conf",
        StatusCode::NOT_FOUND => NO_SUCH_QUEUE,
        StatusCode::UPGRADE_REQUIRED => "; it wants an encrypted line: write ipps:// instead of ipp://",
        _ => "",
    }
}

const NO_SUCH_QUEUE: &str =
    "; `lpstat -e` names the queues of CUPS, and their addresses are ipp://localhost/printers/NAME";

/// What this program sends is short and plain, so this is never met.
impl From<IppParseError> for Failure {
    fn from(error: IppParseError) -> Self {
        Self::Refused(error.to_string())
    }
}

/// Whether an answer's collections are not nested deeper than [`COLLECTIONS_DEEP_MAX`]. What is cut off is the parser's to refuse.
fn is_shallow(answer: &[u8]) -> bool {
    // Behind version, status and the request's number (RFC 8010, section 3.1.1).
    let (mut rest, mut depth) = (answer.get(8..).unwrap_or_default(), 0_usize);
    while let Some((&tag, after)) = rest.split_first() {
        match tag {
            END_OF_ATTRIBUTES => return true,
            0x00..=LAST_DELIMITER => {
                rest = after;
                continue;
            }
            BEGIN_COLLECTION => depth = depth.saturating_add(1),
            END_COLLECTION => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth > COLLECTIONS_DEEP_MAX {
            return false;
        }
        // Its name, then its value.
        let Some(value) = behind(after).and_then(behind) else { return true };
        rest = value;
    }
    true
}

/// What follows a length and so many bytes.
fn behind(bytes: &[u8]) -> Option<&[u8]> {
    let (length, rest) = bytes.split_first_chunk::<2>()?;
    rest.get(usize::from(u16::from_be_bytes(*length))..)
}

/// The first status of the printer's own troubles (RFC 8011, appendix B.1.5).
const SERVER_ERRORS: i16 = 0x0500;

/// Tags of an answer's bytes (RFC 8010, section 3.5).
const END_OF_ATTRIBUTES: u8 = 0x03;
const LAST_DELIMITER: u8 = 0x0f;
const BEGIN_COLLECTION: u8 = 0x34;
const END_COLLECTION: u8 = 0x37;

/// Collections in collections, at most: printers have three. The parser copies each with all that is in it, a call in a call for each,
/// so somebody at the printer's address could use up the stack, and a program without stack ends.
const COLLECTIONS_DEEP_MAX: usize = 8;

/// What the sheets are that this program sends.
pub(crate) const JPEG: &str = "image/jpeg";

const WANTED_OF_PRINTERS: [&str; 10] = [
    "printer-state",
    "printer-type",
    "printer-up-time",
    "device-uri",
    "document-format-supported",
    "printer-state-reasons",
    "printer-is-accepting-jobs",
    "media-supported",
    "marker-message",
    "marker-levels",
];

const WANTED_OF_JOBS: [&str; 5] = ["job-id", "job-name", "job-state", "job-state-reasons", "job-state-message"];

fn no_sense() -> Failure {
    Failure::Silent("its answer lacks what every printer says".to_owned())
}

fn name_value(text: &str) -> Result<IppValue, Failure> {
    Ok(IppValue::NameWithoutLanguage(IppName::new(text)?))
}

fn keywords(words: &[&str]) -> Result<IppValue, Failure> {
    let mut values = Vec::new();
    for word in words {
        values.push(IppValue::Keyword(IppKeyword::new(*word)?));
    }
    Ok(if values.len() == 1 { values.remove(0) } else { IppValue::Array(values) })
}

fn read_job(group: &IppAttributeGroup, asked: Option<i32>) -> Option<Job> {
    let state = match Code::from_i32(number(group, "job-state")?)? {
        Code::Pending | Code::PendingHeld => JobState::Waiting,
        Code::Processing | Code::ProcessingStopped => JobState::Processing,
        Code::Canceled => JobState::Canceled,
        Code::Aborted => JobState::Aborted,
        Code::Completed => JobState::Completed,
    };
    Some(Job {
        id: number(group, "job-id").or(asked)?,
        name: texts(group, "job-name").pop().unwrap_or_default(),
        state,
        has_begun: state == JobState::Processing,
        message: texts(group, "job-state-message").pop().unwrap_or_default(),
        reasons: texts(group, "job-state-reasons"),
    })
}

fn value<'a>(group: &'a IppAttributeGroup, name: &str) -> Option<&'a IppValue> {
    group.get(name).map(IppAttribute::value)
}

fn number(group: &IppAttributeGroup, name: &str) -> Option<i32> {
    if let IppValue::Integer(number) | IppValue::Enum(number) = value(group, name)? { Some(*number) } else { None }
}

/// The numbers of an attribute that has one or several.
fn numbers(group: &IppAttributeGroup, name: &str) -> Vec<i32> {
    let number = |value: &IppValue| if let IppValue::Integer(number) = value { Some(*number) } else { None };
    match value(group, name) {
        Some(IppValue::Array(values)) => values.iter().filter_map(number).collect(),
        Some(value) => number(value).into_iter().collect(),
        None => Vec::new(),
    }
}

/// The texts of an attribute that has one or several.
fn texts(group: &IppAttributeGroup, name: &str) -> Vec<String> {
    match value(group, name) {
        Some(IppValue::Array(values)) => values.iter().filter_map(text).collect(),
        Some(value) => text(value).into_iter().collect(),
        None => Vec::new(),
    }
}

fn text(value: &IppValue) -> Option<String> {
    if let IppValue::Keyword(word) = value {
        return Some(word.as_str().to_owned());
    }
    if let IppValue::NameWithoutLanguage(name) | IppValue::NameWithLanguage { name, .. } = value {
        return Some(name.as_str().to_owned());
    }
    if let IppValue::MimeMediaType(kind) = value {
        return Some(kind.as_str().to_owned());
    }
    if let IppValue::Uri(uri) = value {
        return Some(uri.as_str().to_owned());
    }
    if let IppValue::TextWithoutLanguage(text) | IppValue::TextWithLanguage { text, .. } = value {
        return Some(text.as_ref().to_owned());
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_read_as_people_copy_them() {
        for (written, meant) in [
            ("ipp://192.168.1.50/ipp/print", "ipp://192.168.1.50:631/ipp/print"),
            ("ipp://localhost/printers/DNP", "ipp://localhost:631/printers/DNP"),
            ("ipp://[::1]:8631/ipp/print", "ipp://[::1]:8631/ipp/print"),
            ("ipp://[fe80::1]/ipp", "ipp://[fe80::1]:631/ipp"),
            ("ipps://192.168.1.50/ipp/print", "ipps://192.168.1.50:631/ipp/print"),
        ] {
            assert_eq!(PrinterAddress::parse(written).unwrap().to_string(), meant, "{written}");
        }
        for wrong in ["", "DNP", "https://printer/ipp", "usb://DNP/DS620", "ipp://", "ipp:///printers/x"] {
            assert!(PrinterAddress::parse(wrong).is_err(), "{wrong}");
        }
    }

    /// An answer with so many collections, one in the other.
    fn nested(depth: usize) -> Vec<u8> {
        let mut answer = vec![1, 1, 0, 0, 0, 0, 0, 1, 0x04];
        for _ in 0..depth {
            answer.extend([0x4a, 0, 0, 0, 1, b'a', BEGIN_COLLECTION, 0, 0, 0, 0]);
        }
        answer.extend([END_COLLECTION, 0, 0, 0, 0].repeat(depth));
        answer.push(END_OF_ATTRIBUTES);
        answer
    }

    #[test]
    fn an_answer_that_would_use_up_the_stack_is_not_parsed() {
        for depth in [0, 1, 3, COLLECTIONS_DEEP_MAX] {
            assert!(is_shallow(&nested(depth)), "{depth}");
        }
        for depth in [COLLECTIONS_DEEP_MAX + 1, 30_000] {
            assert!(!is_shallow(&nested(depth)), "{depth}");
        }
        // Ends of collections that never began make no room for more.
        let mut turned = nested(0);
        turned.truncate(9);
        turned.extend([END_COLLECTION, 0, 0, 0, 0].repeat(100));
        turned.extend(&nested(COLLECTIONS_DEEP_MAX + 1)[9..]);
        assert!(!is_shallow(&turned));
        for cut in 0..nested(2).len() {
            is_shallow(&nested(2)[..cut]);
        }
    }
}
