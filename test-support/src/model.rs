//! A second opinion of an order's life and of what each wallet is told about it, written from the wallets' documentation and
//! the contract alone. It shares no code with the program and judges it in every harness of ours.
//!
//! [`Book`] knows an order in words that no wallet owns: begun, paid, let go, refunded, owed, given back. `booth`, `payme`,
//! `click` and `uzum` say what a call does in these words, and what is answered: [`act`].
//!
//! A time is a range: where many calls are under way at once, nobody knows when the server looked at its clock. Where that
//! decides, a call has several [`Way`]s. With a clock moved by hand every range is one instant, and there is one way.

mod book;
mod booth;
mod click;
mod payme;
mod uzum;

pub use book::{Attempt, Book, End, Order, State, Status};

/// Later than anything.
pub const NEVER: i64 = i64::MAX;

/// A moment within bounds, both possible; milliseconds since 1970.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct When {
    /// Not before.
    pub from: i64,
    /// Not after.
    pub to: i64,
}

impl When {
    /// An instant that is known.
    pub const fn exactly(at: i64) -> Self {
        Self { from: at, to: at }
    }

    /// So many milliseconds later.
    pub fn plus(self, span: i64) -> Self {
        Self { from: self.from.saturating_add(span), to: self.to.saturating_add(span) }
    }

    /// Takes a value that was shown; false when it cannot be.
    pub fn learn(&mut self, shown: i64) -> bool {
        let fits = (self.from..=self.to).contains(&shown);
        *self = Self::exactly(shown);
        fits
    }
}

/// Who brings the money.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Wallet {
    /// Payme.
    Payme,
    /// Click.
    Click,
    /// Uzum.
    Uzum,
    /// Nobody: paid without money, while developing.
    Test,
}

/// A wallet's id of an attempt, as a small number: how it is written is for who speaks.
pub type Id = u8;

/// An order, likewise.
pub type Place = usize;

/// Until when a paid order can be refunded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refunds {
    /// At any time.
    Always,
    /// Until its prints have been started.
    BeforePrinting,
    /// At no time.
    Never,
}

/// What the owner has set. Times in milliseconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rules {
    /// How long an order can be paid.
    pub order_life: i64,
    /// How long a payment of Payme's that has begun may wait.
    pub limit: i64,
    /// Whether that counts from Payme's time instead of ours.
    pub limit_from_payme: bool,
    /// Payme's code for an order that somebody is paying.
    pub busy_code: i64,
    /// Payme's code for an order that cannot be paid any more.
    pub closed_code: i64,
    /// Whether CheckPerformTransaction refuses a busy order.
    pub check_refuses_busy: bool,
    /// Whether a CreateTransaction with an old time is refused.
    pub refuse_stale: bool,
    /// What Payme may take back.
    pub refunds: Refunds,
    /// How long a prepared payment of Click's may wait.
    pub click_hold: i64,
    /// Click's code for an order that somebody is paying.
    pub click_busy: i64,
    /// Click's code for giving up what it had confirmed.
    pub click_disowned: i64,
    /// How long a payment of Uzum's that has begun may wait.
    pub uzum_limit: i64,
    /// Uzum's code for an order that somebody is paying.
    pub uzum_busy: i64,
    /// What Uzum may take back.
    pub uzum_refunds: Refunds,
}

impl Rules {
    /// As the program is without any setting.
    pub const DEFAULT: Self = Self {
        order_life: 900_000,
        limit: 43_200_000,
        limit_from_payme: false,
        busy_code: -31099,
        closed_code: -31052,
        check_refuses_busy: true,
        refuse_stale: false,
        refunds: Refunds::Always,
        click_hold: 300_000,
        click_busy: -9,
        click_disowned: -9,
        uzum_limit: 1_800_000,
        uzum_busy: 10008,
        uzum_refunds: Refunds::Always,
    };

    /// How long a payment that has begun may wait.
    pub fn patience(&self, wallet: Wallet) -> i64 {
        match wallet {
            Wallet::Payme => self.limit,
            Wallet::Click => self.click_hold,
            Wallet::Uzum => self.uzum_limit,
            Wallet::Test => 0,
        }
    }
}

/// What is asked. An order is none where the call names none that can be; an amount (tiyin) is none where it is no price.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Request {
    /// An order for this price; by a customer who has chosen a wallet, or not.
    Offer {
        /// Which order.
        order: Place,
        /// Its price.
        amount: i64,
        /// Whether a wallet was chosen.
        chosen: bool,
    },
    /// The booth wants a code again, in Uzbek.
    NewCode(Place),
    /// The booth closes the order.
    Close(Place),
    /// The booth has started the prints.
    Print(Place),
    /// The booth looks at it.
    Look(Place),
    /// A page asks how it stands.
    Status(Place),
    /// It is paid without money.
    TestPay(Place),
    /// CheckPerformTransaction.
    CheckPerform {
        /// Which order.
        order: Option<Place>,
        /// What it costs, says Payme.
        amount: Option<i64>,
    },
    /// CreateTransaction.
    Create {
        /// Payme's id.
        id: Id,
        /// Payme's time.
        time: i64,
        /// Which order.
        order: Option<Place>,
        /// What it costs, says Payme.
        amount: Option<i64>,
    },
    /// PerformTransaction.
    Perform {
        /// Payme's id.
        id: Id,
    },
    /// CancelTransaction.
    Cancel {
        /// Payme's id.
        id: Id,
        /// Payme's reason.
        reason: i64,
    },
    /// CheckTransaction.
    Check {
        /// Payme's id.
        id: Id,
    },
    /// Prepare.
    Prepare(Click),
    /// Complete, with the number of ours that it carries.
    Complete(Click, i64),
    /// Uzum's check.
    UzumCheck {
        /// Which order.
        order: Option<Place>,
    },
    /// Uzum's create.
    UzumCreate {
        /// Uzum's id.
        id: Id,
        /// Which order.
        order: Option<Place>,
        /// What it costs, says Uzum.
        amount: i64,
    },
    /// Uzum's confirm.
    Confirm {
        /// Uzum's id.
        id: Id,
    },
    /// Uzum's reverse.
    Reverse {
        /// Uzum's id.
        id: Id,
    },
    /// Uzum's status.
    UzumStatus {
        /// Uzum's id.
        id: Id,
    },
}

impl Request {
    /// Whether it never changes anything.
    pub fn reads(&self) -> bool {
        match self {
            Self::Status(_) | Self::Look(_) | Self::CheckPerform { .. } | Self::Check { .. } => true,
            Self::UzumCheck { .. } | Self::UzumStatus { .. } => true,
            Self::Offer { .. } | Self::NewCode(_) | Self::Close(_) | Self::Print(_) | Self::TestPay(_) => false,
            Self::Create { .. } | Self::Perform { .. } | Self::Cancel { .. } => false,
            Self::Prepare(_) | Self::Complete(..) => false,
            Self::UzumCreate { .. } | Self::Confirm { .. } | Self::Reverse { .. } => false,
        }
    }

    /// Whether Click gives a payment up by it: what is answered is an error, and it changes something all the same.
    pub fn gives_up(&self) -> bool {
        matches!(self, Self::Prepare(call) | Self::Complete(call, _) if call.error < 0)
    }
}

/// What both calls of Click's say.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Click {
    /// Click's id.
    pub id: Id,
    /// Which order.
    pub order: Place,
    /// What it costs, says Click.
    pub amount: i64,
    /// Click's own word: below 0 when it gives the payment up.
    pub error: i64,
}

/// How an order stands for its customer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Word {
    /// It can be paid.
    Waiting,
    /// Somebody is paying it.
    Processing,
    /// It is paid.
    Paid,
    /// It was closed.
    Cancelled,
    /// Its money went back.
    Refunded,
    /// Its time is over.
    Expired,
}

/// What is answered. The values are those of the book afterwards.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer {
    /// The order can be paid until its time.
    Offered,
    /// How the order stands.
    Shown(Word),
    /// It cannot be done with the order as it is: HTTP 409.
    Conflict(Word),
    /// There is no such order: HTTP 404.
    NotFound,
    /// A wallet may pay the order.
    Allow(Place),
    /// A wallet is told what it asks about an attempt; the place in the book.
    Told(usize),
    /// Uzum is told that an attempt's time is over, whether or not that has been written down.
    Failed(usize),
    /// A wallet is refused with its own code.
    Refused(i64),
    /// The same, and Payme is told that it is about the order.
    RefusedOrder(i64),
    /// The same, and Click is told our number of an attempt.
    RefusedAbout(i64, usize),
}

/// One way in which a call can go.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Way {
    /// How everything is afterwards.
    pub book: Book,
    /// What is answered.
    pub answer: Answer,
    /// The cell of the wallet's or the contract's table, by name.
    pub cell: &'static str,
}

/// What a call does and what it is told, for a server that looks at its clock at some time of a range.
pub fn act(rules: &Rules, book: &Book, request: &Request, now: When) -> Vec<Way> {
    match *request {
        Request::Offer { order, amount, chosen } => booth::offer(rules, book, order, amount, chosen, now),
        Request::NewCode(order) => booth::new_code(rules, book, order, now),
        Request::Close(order) => booth::close(book, order, now),
        Request::Print(order) => booth::print(book, order, now),
        Request::Look(order) => booth::look(book, order, now),
        Request::Status(order) => booth::status(book, order, now),
        Request::TestPay(order) => booth::test_pay(rules, book, order, now),
        Request::CheckPerform { order, amount } => payme::check_perform(rules, book, order, amount, now),
        Request::Create { id, time, order, amount } => payme::create(rules, book, (id, time), order, amount, now),
        Request::Perform { id } => payme::perform(rules, book, id, now),
        Request::Cancel { id, reason } => payme::cancel(rules, book, id, reason, now),
        Request::Check { id } => payme::check(book, id),
        Request::Prepare(call) => click::prepare(rules, book, &call, now),
        Request::Complete(call, number) => click::complete(rules, book, &call, number, now),
        Request::UzumCheck { order } => uzum::check(rules, book, order, now),
        Request::UzumCreate { id, order, amount } => uzum::create(rules, book, id, order, amount, now),
        Request::Confirm { id } => uzum::confirm(rules, book, id, now),
        Request::Reverse { id } => uzum::reverse(rules, book, id, now),
        Request::UzumStatus { id } => uzum::status(rules, book, id, now),
    }
}

/// The order that a payment may begin of, and who has to let go of it before; or why none may.
type Payable<Refusal> = Result<(Place, Option<usize>), Refusal>;

/// The one way of a call that changes nothing.
fn same(book: &Book, answer: Answer, cell: &'static str) -> Vec<Way> {
    vec![Way { book: book.clone(), answer, cell }]
}

fn refuse(book: &Book, code: i64, cell: &'static str) -> Vec<Way> {
    same(book, Answer::Refused(code), cell)
}

/// The one way of a call that changes something.
fn change(mut book: Book, by: impl FnOnce(&mut Book), answer: Answer, cell: &'static str) -> Vec<Way> {
    by(&mut book);
    vec![Way { book, answer, cell }]
}
