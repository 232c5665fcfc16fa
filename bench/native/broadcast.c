/*
 * The yardstick: the least that carries an event to browsers. One thread, epoll, one send(2) per
 * stream. POST /publish hands its body to every GET /stream; no rules, no log, no sessions, no
 * replay. What is measured beside it pays for those. `broadcast`, prints its address.
 * Written for bench/broadcast.ts; Linux.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

enum {
  MAX_FDS = 1 << 17, REQUEST_MAX = 1 << 16, EVENTS = 512, BACKLOG = 4096, UNSENT_MAX = 1 << 20
};

typedef struct {
  char *in;                   /* a request that is not whole yet */
  size_t had;
  char *unsent;               /* what the socket did not take */
  size_t unsent_bytes;
  int stream;                 /* its place among the streams, -1 for none */
} Connection;

static Connection *connections[MAX_FDS];
static int streams[MAX_FDS], count;
static int poller;
static unsigned long seq;

static void forget(int fd) {
  Connection *one = connections[fd];
  if (one->stream >= 0) {
    int last = streams[--count];
    streams[one->stream] = last;
    connections[last]->stream = one->stream;
  }
  free(one->in);
  free(one->unsent);
  free(one);
  connections[fd] = NULL;
  close(fd);
}

static void watch(int fd, unsigned events, int how) {
  struct epoll_event asked = {.events = events, .data.fd = fd};
  epoll_ctl(poller, how, fd, &asked);
}

/* Sends, or keeps what the socket does not take. Returns -1 when the connection is over. */
static int give(int fd, const char *bytes, size_t length) {
  Connection *one = connections[fd];
  ssize_t sent = 0;
  if (one->unsent_bytes == 0) {
    sent = send(fd, bytes, length, MSG_NOSIGNAL | MSG_DONTWAIT);
    if (sent == (ssize_t)length) return 0;
    if (sent < 0 && errno != EAGAIN) return -1;
    if (sent < 0) sent = 0;
    watch(fd, EPOLLIN | EPOLLOUT, EPOLL_CTL_MOD);
  }
  size_t rest = length - (size_t)sent;
  if (one->unsent_bytes + rest > UNSENT_MAX) return -1;
  one->unsent = realloc(one->unsent, one->unsent_bytes + rest);
  memcpy(one->unsent + one->unsent_bytes, bytes + sent, rest);
  one->unsent_bytes += rest;
  return 0;
}

static int drain(int fd) {
  Connection *one = connections[fd];
  ssize_t sent = send(fd, one->unsent, one->unsent_bytes, MSG_NOSIGNAL | MSG_DONTWAIT);
  if (sent < 0) return errno == EAGAIN ? 0 : -1;
  one->unsent_bytes -= (size_t)sent;
  memmove(one->unsent, one->unsent + sent, one->unsent_bytes);
  if (one->unsent_bytes == 0) watch(fd, EPOLLIN, EPOLL_CTL_MOD);
  return 0;
}

static int join(int fd) {
  static const char HEAD[] =
      "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream; charset=utf-8\r\n"
      "Cache-Control: no-cache\r\n\r\n";
  char hello[sizeof HEAD + 64];
  int length = snprintf(hello, sizeof hello, "%sevent: ping\nid: %lu\ndata: \n\n", HEAD, seq);
  connections[fd]->stream = count;
  streams[count++] = fd;
  return give(fd, hello, (size_t)length);
}

static int publish(int fd, const char *body, size_t length) {
  static char frame[REQUEST_MAX + 128], answer[160], told[40];
  size_t size = (size_t)sprintf(frame, "event: spool_update\nid: %lu\ndata: ", ++seq);
  memcpy(frame + size, body, length);
  memcpy(frame + size + length, "\n\n", 2);
  size += length + 2;
  /* From the last to the first: one that is over is replaced by one that had it. */
  for (int at = count - 1; at >= 0; at--)
    if (give(streams[at], frame, size) < 0) forget(streams[at]);
  int text = sprintf(told, "{\"seq\":%lu}", seq);
  int all = sprintf(answer, "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
                    "Content-Length: %d\r\n\r\n%s", text, told);
  return give(fd, answer, (size_t)all);
}

/* Answers what is whole. Returns -1 when the connection is over. */
static int answer(int fd) {
  Connection *one = connections[fd];
  for (;;) {
    char *end = memmem(one->in, one->had, "\r\n\r\n", 4);
    if (!end) return one->had == REQUEST_MAX ? -1 : 0;
    size_t head = (size_t)(end - one->in) + 4;
    if (memcmp(one->in, "GET /stream", 11) == 0) {
      free(one->in);
      one->in = NULL;
      return join(fd);
    }
    end[2] = 0;
    char *said = strcasestr(one->in, "content-length:");
    size_t body = said ? strtoul(said + 15, NULL, 10) : 0;
    end[2] = '\r';
    if (head + body > REQUEST_MAX) return -1;
    if (one->had < head + body) return 0;
    if (publish(fd, one->in + head, body) < 0) return -1;
    one->had -= head + body;
    memmove(one->in, one->in + head + body, one->had);
  }
}

static int hear(int fd) {
  Connection *one = connections[fd];
  if (one->stream >= 0) {
    char ignored[512];
    ssize_t got = recv(fd, ignored, sizeof ignored, MSG_DONTWAIT);
    return got > 0 || (got < 0 && errno == EAGAIN) ? 0 : -1;
  }
  ssize_t got = recv(fd, one->in + one->had, REQUEST_MAX - one->had, MSG_DONTWAIT);
  if (got <= 0) return got < 0 && errno == EAGAIN ? 0 : -1;
  one->had += (size_t)got;
  return answer(fd);
}

static void greet(int listener) {
  for (;;) {
    int fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (fd < 0) return;
    if (fd >= MAX_FDS) {
      close(fd);
      continue;
    }
    int yes = 1;
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
    Connection *one = calloc(1, sizeof *one);
    one->in = malloc(REQUEST_MAX);
    one->stream = -1;
    connections[fd] = one;
    watch(fd, EPOLLIN, EPOLL_CTL_ADD);
  }
}

int main(void) {
  signal(SIGPIPE, SIG_IGN);
  int listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  socklen_t length = sizeof address;
  if (bind(listener, (struct sockaddr *)&address, length) < 0 || listen(listener, BACKLOG) < 0) {
    perror("listen");
    return 1;
  }
  getsockname(listener, (struct sockaddr *)&address, &length);
  printf("http://127.0.0.1:%d\n", ntohs(address.sin_port));
  fflush(stdout);
  poller = epoll_create1(0);
  watch(listener, EPOLLIN, EPOLL_CTL_ADD);
  static struct epoll_event happened[EVENTS];
  for (;;) {
    int many = epoll_wait(poller, happened, EVENTS, -1);
    for (int at = 0; at < many; at++) {
      int fd = happened[at].data.fd;
      if (fd == listener) {
        greet(listener);
        continue;
      }
      /* Ended by an event before this one. */
      if (!connections[fd]) continue;
      unsigned what = happened[at].events;
      int over = what & (EPOLLERR | EPOLLHUP) ? -1 : 0;
      if (over == 0 && what & EPOLLOUT) over = drain(fd);
      if (over == 0 && what & EPOLLIN) over = hear(fd);
      if (over < 0 && connections[fd]) forget(fd);
    }
  }
}
