//! What the commands of the sandbox say before and beside a run: arguments, files, the end of a load.

use crate::suite::phrases::phrases;

phrases! {
    /// Whole sentences.
    USAGE:
    "no rule is called `{}`; --list shows all of them":
    "нет правила `{}`; --list показывает все",
    "`{}` degan qoida yo‘q; --list hammasini ko‘rsatadi";
    "{} publishes no tests of its own":
    "{} не публикует собственных проверок",
    "{} o‘z sinovlarini e’lon qilmaydi";
    "--format markdown goes with --list":
    "--format markdown используется вместе с --list",
    "--format markdown faqat --list bilan ishlatiladi";
    "--output {}: {}":
    "--output {}: {}",
    "--output {}: {}";
    "--known {}: no rule is called `{}`":
    "--known {}: нет правила `{}`",
    "--known {}: `{}` degan qoida yo‘q";
    "--known {}: {}":
    "--known {}: {}",
    "--known {}: {}";
    "--rerun-failed {}: not a JSON report: {}":
    "--rerun-failed {}: это не отчёт в JSON: {}",
    "--rerun-failed {}: bu JSON hisobot emas: {}";
    "--rerun-failed {}: not a report of --format json":
    "--rerun-failed {}: это не отчёт из --format json",
    "--rerun-failed {}: bu --format json hisoboti emas";
    "--rerun-failed {}: this is a report of `{}`, and cannot be tried again with `{}`":
    "--rerun-failed {}: это отчёт команды `{}`, повторить его командой `{}` нельзя",
    "--rerun-failed {}: bu `{}` buyrug‘ining hisoboti, uni `{}` bilan takrorlab bo‘lmaydi";
    "--rerun-failed {}: {}":
    "--rerun-failed {}: {}",
    "--rerun-failed {}: {}";
    "{}: nothing failed there, so there is nothing to try again.":
    "{}: там ничего не нарушено, повторять нечего.",
    "{}: u yerda hech narsa buzilmagan, takrorlanadigan narsa yo‘q.";
    "--orders {}: {}":
    "--orders {}: {}",
    "--orders {}: {}";
    "`{}` is not an address: {}":
    "`{}` – это не адрес: {}",
    "`{}` manzil emas: {}";
    "relative URL without a base":
    "нет http:// или https:// в начале",
    "boshida http:// yoki https:// yo‘q";
    "`{}`: the wallets call http or https, not {}":
    "`{}`: кошельки обращаются по http или https, а не по {}",
    "`{}`: hamyonlar {1} emas, http yoki https bilan chaqiradi";
    "--account-extra `{}` is not NAME=VALUE":
    "--account-extra `{}`: нужно ИМЯ=ЗНАЧЕНИЕ",
    "--account-extra `{}`: NOM=QIYMAT kerak";
    "--service-id `{}` is not a number":
    "--service-id `{}`: это не число",
    "--service-id `{}` son emas";
    "no server to play with":
    "нет сервера, с которым играть",
    "sinaladigan server yo‘q";
    "no threads to run on: {}":
    "не удалось создать потоки: {}",
    "oqimlarni yaratib bo‘lmadi: {}";
    "No such file or directory (os error 2)":
    "нет такого файла или папки",
    "bunday fayl yoki papka yo‘q";
    "Permission denied (os error 13)":
    "нет прав доступа",
    "ruxsat yo‘q";
    "Is a directory (os error 21)":
    "это папка",
    "bu papka";
    "{} customers met something wrong, which shows enough":
    "ошибки встретили покупателей: {}, этого достаточно",
    "{} mijoz xatoga duch keldi, shuning o‘zi yetarli";
    "an answer":
    "ответ",
    "javob";
    "bodies cut":
    "обрыв посреди тела",
    "tana yarmida uzilgan";
    "answers lost":
    "ответ потерян",
    "javob yo‘qolgan";
    "calls repeated":
    "повтор вызова",
    "takroriy chaqiruv";
    "strangers":
    "посторонний",
    "begona";
    "rivals":
    "соперник",
    "raqib";
    "others":
    "прочее",
    "boshqa";
    "repeated":
    "повтор вызова",
    "takroriy chaqiruv";
    "sent three times at once":
    "три вызова сразу",
    "birdaniga uch marta";
    "answer lost":
    "ответ потерян",
    "javob yo‘qolgan";
    "cut in the middle of the body":
    "обрыв посреди тела",
    "tana yarmida uzilgan";
    "wrong key":
    "неверный ключ",
    "noto‘g‘ri kalit";
}
