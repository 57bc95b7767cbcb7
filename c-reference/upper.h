/*
 * upper.h: upper-casing UTF-8, letter by letter with towupper. Twin: ../src/program/upper.rs
 * Where Unicode's upper case is several letters (the German sharp s: SS), towupper, which gives one, has another or none.
 */
#ifndef UPPER_H
#define UPPER_H

#include "program.h"

#include <locale.h>
#include <wchar.h>
#include <wctype.h>

/* The C library upper-cases by its locale's rules; the one a program starts with knows ASCII only. */
static inline void use_utf8(void)
{
    if (setlocale(LC_CTYPE, "C.UTF-8") == NULL) {
        fprintf(stderr, "setlocale: this system has no locale C.UTF-8\n");
        exit(1);
    }
}

/*
 * Upper-cases `length` bytes of `in` into `out`, which has room for twice as many, and sets *out_length. Gives the
 * number of bytes that are UTF-8: if that is not `length`, `out` is the bytes as they came.
 */
static inline size_t upper(const char *in, size_t length, char *out, size_t *out_length)
{
    mbstate_t reading, writing;
    size_t i = 0, o = 0;
    wchar_t c;

    memset(&reading, '\0', sizeof(reading));
    memset(&writing, '\0', sizeof(writing));
    while (i < length) {
        size_t n = mbrtowc(&c, in + i, length - i, &reading);

        /* (size_t)-1: no UTF-8, -2: cut off. UTF-8 has no surrogates and ends at 10FFFF (RFC 3629). */
        if (n > length || (c >= 0xD800 && c <= 0xDFFF) || c > 0x10FFFF) {
            memcpy(out, in, length);
            *out_length = length;
            return i;
        }
        o += wcrtomb(out + o, (wchar_t)towupper((wint_t)c), &writing);
        i += n == 0 ? 1 : n; /* 0 stands for the NUL character, one byte long */
    }
    *out_length = o;
    return length;
}

#endif
