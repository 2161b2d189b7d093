/* Echoes each message that ends with a NUL, over a Unix stream socket. It measures the minimum cost of a round trip. */
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

static void serve(int peer) {
    char bytes[65536];
    size_t held = 0;
    for (;;) {
        ssize_t count = read(peer, bytes + held, sizeof bytes - held);
        if (count <= 0) return;
        held += (size_t)count;
        char *last = memrchr(bytes, 0, held);
        if (!last) {
            if (held == sizeof bytes) return;
            continue;
        }
        size_t whole = (size_t)(last - bytes) + 1;
        if (write(peer, bytes, whole) != (ssize_t)whole) return;
        held -= whole;
        memmove(bytes, bytes + whole, held);
    }
}

int main(int count, char **arguments) {
    if (count != 2) return 64;
    struct sockaddr_un place = {.sun_family = AF_UNIX};
    if (strlen(arguments[1]) >= sizeof place.sun_path) return 64;
    strcpy(place.sun_path, arguments[1]);
    int listener = socket(AF_UNIX, SOCK_STREAM, 0);
    if (listener < 0 || bind(listener, (struct sockaddr *)&place, sizeof place) || listen(listener, 16)) {
        perror(arguments[1]);
        return 74;
    }
    for (;;) {
        int peer = accept(listener, NULL, NULL);
        if (peer < 0) return 74;
        serve(peer);
        close(peer);
    }
}
