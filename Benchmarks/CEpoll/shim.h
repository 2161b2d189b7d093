// epoll(7), which Swift's Glibc module does not include.
#include <sys/epoll.h>
