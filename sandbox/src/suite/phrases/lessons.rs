//! What the lessons of several wallets say alike, in English, Russian and Uzbek. Code stays as it is.

use crate::suite::phrases::phrases;

phrases! {
    /// Whole texts.
    LESSONS:
    "A database file in a volume, not in the container; no cache as the store.":
    "Файл базы данных в томе, а не в контейнере; кэш – не хранилище.",
    "Baza fayli konteynerda emas, tomda (volume) tursin; kesh ombor o‘rnini bosmaydi.";
    "Not the array or file cache driver: a table.":
    "Не драйвер кэша array или file, а таблица.",
    "array yoki file kesh drayveri emas, jadval.";
    "Not a Map in the module: a table.":
    "Не Map в модуле, а таблица.",
    "Moduldagi Map emas, jadval.";
    "Not a map behind a mutex: a table.":
    "Не map под мьютексом, а таблица.",
    "Mutex ortidagi map emas, jadval.";
    "The answer of before":
    "Тот же ответ, что и раньше",
    "Avvalgi javobning o‘zi";
    "HTTP 500 with a duplicate key, or two different answers":
    "HTTP 500 с duplicate key или два разных ответа",
    "duplicate key bilan HTTP 500 yoki ikki xil javob";
    "A unique index on paymeId; catch P2002 and answer from the row.":
    "Уникальный индекс по paymeId; поймайте P2002 и отвечайте из строки таблицы.",
    "paymeId bo‘yicha yagona indeks; P2002 ni ushlang va jadval satridan javob bering.";
}
