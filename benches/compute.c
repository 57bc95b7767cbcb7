/* compute ROUNDS: computes for a while and makes no system call meanwhile. */
#include <stdio.h>
#include <stdlib.h>

int main(int argc, char *argv[])
{
    long rounds = argc > 1 ? atol(argv[1]) : 1;
    unsigned long x = 88172645463325252UL;

    while (rounds-- > 0) {
        x ^= x << 13;
        x ^= x >> 7;
        x ^= x << 17;
    }
    return printf("%lu\n", x) < 0;
}
