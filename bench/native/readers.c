/*
 * Thousands of event streams and those who publish to them, for little CPU: a load generator in
 * JavaScript would cost more than the servers that it measures. One thread, epoll.
 *
 *   readers PORT HEADS POSTS PUBLISHERS seq|count|each
 *
 * HEADS: request heads of streams, parted by NUL; stream n sends head n modulo their number, with
 *   `{last}` replaced by the seq that it shows; empty when none is known yet.
 * POSTS: whole requests, parted by NUL, as many for each publisher, the first one's first; each
 *   sends its own in turn, with `{uuid}` replaced by a new one, `{seq}` by the next number.
 * Either may begin with `PORT:LABEL `: where it goes, and what it is in the answer to `pace`.
 * seq: the server's ids are the log's.
 * count: they are its own; a stream's updates are counted instead.
 * each: they are the publishers' numbers, in any order; a frame is one event.
 *
 * Commands, a line each on standard input; each is answered by a line of JSON:
 *   open N AT_ONCE BACK     opens N more, so many connecting at a time, each showing the seq that
 *                           is BACK before the newest one; done when all have caught up
 *   publish MS EVERY_US     two events under way; or one each EVERY_US where that is not 0
 *   pace MS FIRST_US FROM_US TO_US
 *                           each publisher begins within FIRST_US, and thinks from FROM_US to
 *                           TO_US between an answer and its next event
 *   stop N                  the first N read no more (with small buffers from then on)
 *   renew AT                closes this one and opens it anew, with nothing to catch up on
 *   frames                  how many updates all have had since the last answer to this
 *   close N                 closes the last N
 *   recover MS              waits until all are ended and have come back by themselves
 *   quit
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum {
  MAX_STREAMS = 1 << 15, MAX_FDS = 1 << 16, EVENTS = 512, MAX_PUBLISHERS = 64, LABELS = 4,
  NOTES = 1 << 21, RING = 1 << 16, BUCKET_US = 20, BUCKETS = 200000, LINE = 48, READ = 1 << 16,
  HEADS = 1 << 12, FIRST_WAIT_US = 1000000, WAIT_MAX_US = 30000000, STUCK_US = 30000000
};
typedef enum { OFF, CONNECTING, HEAD, BODY, WAITING } State;
typedef enum { OTHER, PING, UPDATE, RESYNC, RETURN } Kind;

typedef enum { SEQ, COUNT, EACH } Counting;

/* A request, where it goes and what it is. */
typedef struct {
  int port, label;
  const char *text;
} Request;

typedef struct {
  int fd, chunked, stopped, greeted;
  State state;
  Kind kind;
  int64_t last, id, due;      /* the seq shown; the frame's; where it has caught up */
  int64_t began_us, wait_us, again_us;
  long chunk;                 /* bytes left of the chunk; -1: its size is being read */
  int line_length;            /* of the line so far */
  char line[LINE];            /* its beginning */
} Stream;

typedef struct {
  int fd, nth, busy, had, port;
  int64_t seq, posted_us, next_us;
  size_t size;
  char in[4096], request[1 << 15];
} Publisher;

static Stream streams[MAX_STREAMS];
static int by_fd[MAX_FDS];
static Publisher publishers[MAX_PUBLISHERS];
static int publisher_count;
static int count, live, stopped, poller, port, recovering;
static Counting counting;
static int refused, ended, resyncs, disorder, broken;
static Request heads[HEADS], posts[HEADS];
static int head_count, post_count;
static int64_t newest, posted, answered, frames, deliveries, bytes_read;
static int64_t posted_us[RING];
static uint32_t reached[RING], histogram[BUCKETS + 1];
static double opened_ms[MAX_STREAMS];
static int opened, measuring;

/* While a pace is kept: each event by its seq, and what came of it. */
typedef struct {
  int64_t us;
  uint32_t seq;
  uint16_t port, label;       /* label LABELS: the answer */
} Note;
static Note notes[NOTES];
static struct { int64_t us; int port; } by_seq[RING];
static int note_count, pacing;

static int64_t now_us(void) {
  struct timespec at;
  clock_gettime(CLOCK_MONOTONIC, &at);
  return at.tv_sec * 1000000LL + at.tv_nsec / 1000;
}

static double cpu_s(void) {
  struct rusage used;
  getrusage(RUSAGE_SELF, &used);
  return (double)(used.ru_utime.tv_sec + used.ru_stime.tv_sec) +
         (double)(used.ru_utime.tv_usec + used.ru_stime.tv_usec) / 1e6;
}

/* Takes `PORT:LABEL ` off a text, where it has it. */
static Request request_of(char *text) {
  Request one = {.port = port, .text = text};
  char *stop;
  long said = strtol(text, &stop, 10);
  if (stop == text || *stop != ':') return one;
  one.port = (int)said;
  one.label = (int)strtol(stop + 1, &stop, 10);
  one.text = stop + 1;
  return one;
}

static int split(const char *path, Request *into) {
  FILE *file = fopen(path, "r");
  if (!file) { perror(path); exit(1); }
  size_t room = 1 << 24;
  char *text = calloc(1, room + 1);
  size_t length = fread(text, 1, room, file), at = 0;
  fclose(file);
  int many = 0;
  while (at < length && many < HEADS) {
    into[many++] = request_of(text + at);
    at += strlen(text + at) + 1;
  }
  return many;
}

static int dial(int to) {
  int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (fd < 0 || fd >= MAX_FDS) { fprintf(stderr, "no descriptor left\n"); exit(1); }
  int yes = 1;
  setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
  struct sockaddr_in address = {
      .sin_family = AF_INET, .sin_port = htons((uint16_t)to),
      .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  if (connect(fd, (struct sockaddr *)&address, sizeof address) < 0 && errno != EINPROGRESS) {
    perror("connect");
    exit(1);
  }
  return fd;
}

static void watch(int fd, unsigned events, int how) {
  struct epoll_event asked = {.events = events, .data.fd = fd};
  epoll_ctl(poller, how, fd, &asked);
}

static void start(int at) {
  Stream *one = &streams[at];
  one->fd = dial(heads[at % head_count].port);
  by_fd[one->fd] = at;
  one->state = CONNECTING;
  one->chunked = one->greeted = one->line_length = 0;
  one->chunk = -1;
  one->began_us = now_us();
  watch(one->fd, EPOLLOUT, EPOLL_CTL_ADD);
}

static void end(int at) {
  Stream *one = &streams[at];
  if (one->fd < 0) return;
  by_fd[one->fd] = -1;
  close(one->fd);
  one->fd = -1;
  if (one->state == BODY && one->greeted) live--;
  one->state = OFF;
}

/* Ended by the server: comes back after what it said, or as a browser's script would. */
static void over(int at, int failed) {
  Stream *one = &streams[at];
  int had_greeting = one->greeted;
  end(at);
  if (failed) broken++;
  if (had_greeting) ended++;
  if (!recovering) return;
  if (had_greeting && one->again_us == 0) one->wait_us = FIRST_WAIT_US;
  int64_t wait = one->again_us ? one->again_us : one->wait_us;
  if (!one->again_us) wait = wait * (80 + rand() % 41) / 100;
  if (!had_greeting && one->wait_us < WAIT_MAX_US) one->wait_us *= 2;
  one->again_us = now_us() + wait;
  one->state = WAITING;
}

/* A text with `{name}` replaced. */
static size_t fill(char *into, size_t room, const char *text, const char *name, const char *value) {
  const char *hole = strstr(text, name);
  if (!hole) return (size_t)snprintf(into, room, "%s", text);
  int before = (int)(hole - text);
  return (size_t)snprintf(into, room, "%.*s%s%s", before, text, value, hole + strlen(name));
}

static void say_hello(int at) {
  Stream *one = &streams[at];
  int error = 0;
  socklen_t length = sizeof error;
  getsockopt(one->fd, SOL_SOCKET, SO_ERROR, &error, &length);
  if (error) { over(at, 1); return; }
  char last[24], text[8192];
  snprintf(last, sizeof last, "%.0lld", (long long)one->last);
  size_t size = fill(text, sizeof text, heads[at % head_count].text, "{last}", last);
  if (send(one->fd, text, size, MSG_NOSIGNAL) != (ssize_t)size) { over(at, 1); return; }
  one->state = HEAD;
  watch(one->fd, EPOLLIN, EPOLL_CTL_MOD);
}

static void caught_up(Stream *one) {
  if (one->greeted || one->last < one->due) return;
  one->greeted = 1;
  live++;
  opened_ms[opened++ % MAX_STREAMS] = (double)(now_us() - one->began_us) / 1000;
}

static void note(int64_t seq, int at_port, int label) {
  if (note_count >= NOTES) { fprintf(stderr, "too much to note\n"); exit(1); }
  notes[note_count++] = (Note){now_us(), (uint32_t)seq, (uint16_t)at_port, (uint16_t)label};
}

static void arrived(const Stream *one, int64_t seq) {
  deliveries++;
  reached[seq % RING]++;
  const Request *head = &heads[(one - streams) % head_count];
  if (pacing) note(seq, head->port, head->label);
  if (!measuring) return;
  int64_t bucket = (now_us() - posted_us[seq % RING]) / BUCKET_US;
  histogram[bucket < 0 ? 0 : bucket > BUCKETS ? BUCKETS : bucket]++;
}

static void frame(Stream *one) {
  if (one->kind == RESYNC) resyncs++;
  if (one->kind == UPDATE) frames++;
  int64_t seq = counting == COUNT ? one->last + (one->kind == UPDATE) : one->id;
  if (counting == EACH) {
    if (one->kind == UPDATE && one->greeted) arrived(one, seq);
  } else if (seq >= 0) {
    if (seq < one->last) disorder++;
    if (one->kind == UPDATE && one->greeted)
      for (int64_t each = one->last + 1; each <= seq; each++) arrived(one, each);
    if (seq > one->last) one->last = seq;
    if (seq > newest) newest = seq;
  }
  one->id = -1;
  one->kind = OTHER;
  caught_up(one);
}

/* The value of a field, the space before it left out; NULL when the line is another field. */
static const char *value(const Stream *one, const char *field) {
  size_t length = strlen(field);
  if (strncmp(one->line, field, length) != 0 || one->line[length] != ':') return NULL;
  return one->line + length + 1 + (one->line[length + 1] == ' ');
}

static Kind kind_of(const char *event) {
  if (strcmp(event, "spool_update") == 0) return UPDATE;
  if (strcmp(event, "ping") == 0) return PING;
  if (strcmp(event, "resincronizar") == 0) return RESYNC;
  return strcmp(event, "volver") == 0 ? RETURN : OTHER;
}

static void line(Stream *one) {
  int length = one->line_length < LINE ? one->line_length : LINE - 1;
  one->line_length = 0;
  if (length > 0 && one->line[length - 1] == '\r') length--;
  one->line[length] = 0;
  const char *said;
  if (length == 0) {
    frame(one);
    return;
  }
  if ((said = value(one, "id"))) one->id = atoll(said);
  else if ((said = value(one, "event"))) one->kind = kind_of(said);
  else if (one->kind == RETURN && (said = value(one, "data")))
    one->again_us = atoll(said) * 1000 + 1;
}

static void text(Stream *one, const char *bytes, size_t length) {
  while (length > 0) {
    const char *stop = memchr(bytes, '\n', length);
    size_t part = stop ? (size_t)(stop - bytes) : length;
    if (one->line_length < LINE - 1) {
      size_t room = (size_t)(LINE - 1 - one->line_length), some = part < room ? part : room;
      memcpy(one->line + one->line_length, bytes, some);
    }
    one->line_length += (int)part;
    if (!stop) return;
    line(one);
    bytes = stop + 1;
    length -= part + 1;
  }
}

/* Takes chunks apart (RFC 9112, 7.1). Returns 0 at the last one. */
static int body(Stream *one, const char *bytes, size_t length) {
  static char sizes[MAX_STREAMS][12];
  char *size = sizes[one - streams];
  while (length > 0) {
    if (one->chunk > 2) {
      size_t part = (size_t)one->chunk - 2 < length ? (size_t)one->chunk - 2 : length;
      text(one, bytes, part);
      one->chunk -= (long)part;
      bytes += part;
      length -= part;
    } else if (one->chunk > 0) {
      one->chunk--;
      bytes++;
      length--;
      if (one->chunk == 0) one->chunk = -1;
    } else {
      size_t had = strlen(size);
      char next = *bytes++;
      length--;
      if (next == '\n') {
        one->chunk = strtol(size, NULL, 16) + 2;
        size[0] = 0;
        if (one->chunk == 2) return 0;
      } else if (next != '\r' && had < 10) {
        size[had] = next;
        size[had + 1] = 0;
      }
    }
  }
  return 1;
}

static void hear(int at) {
  static char bytes[READ + 1];
  Stream *one = &streams[at];
  ssize_t got = 1;
  if (one->state == HEAD) {
    /* A head may come in two pieces; what is there of it stays until all of it is. */
    got = recv(one->fd, bytes, READ, MSG_DONTWAIT | MSG_PEEK);
    bytes[got > 0 ? got : 0] = 0;
    if (got > 0 && got < READ && !strstr(bytes, "\r\n\r\n")) return;
  }
  got = recv(one->fd, bytes, READ, MSG_DONTWAIT);
  if (got <= 0) {
    if (got < 0 && errno == EAGAIN) return;
    over(at, got < 0);
    return;
  }
  bytes_read += got;
  const char *from = bytes;
  if (one->state == HEAD) {
    bytes[got] = 0;
    char *stop = strstr(bytes, "\r\n\r\n");
    if (!stop || strncmp(bytes, "HTTP/1.1 200", 12) != 0) {
      if (refused++ == 0) fprintf(stderr, "refused: %.200s\n", bytes);
      over(at, 1);
      return;
    }
    *stop = 0;
    one->chunked = strcasestr(bytes, "transfer-encoding: chunked") != NULL;
    one->state = BODY;
    one->kind = OTHER;
    one->id = -1;
    from = stop + 4;
    if (counting) caught_up(one);
  }
  size_t length = (size_t)(bytes + got - from);
  if (!one->chunked) text(one, from, length);
  else if (!body(one, from, length)) over(at, 0);
}

/* ---- publishers ---- */

static void connect_to(Publisher *one, int nth) {
  one->fd = dial(one->port);
  by_fd[one->fd] = -2 - nth;
  watch(one->fd, EPOLLIN, EPOLL_CTL_ADD);
  fcntl(one->fd, F_SETFL, 0);
}

/* The server waited no longer on an idle connection, which was heard of only now. */
static void again(Publisher *one, int nth) {
  by_fd[one->fd] = -1;
  close(one->fd);
  connect_to(one, nth);
  if (send(one->fd, one->request, one->size, MSG_NOSIGNAL) == (ssize_t)one->size) return;
  fprintf(stderr, "a publisher lost its connection\n");
  exit(1);
}

static void post(int nth) {
  Publisher *one = &publishers[nth];
  static unsigned key;
  char uuid[40], seq[24];
  snprintf(uuid, sizeof uuid, "%08x-0000-4000-8000-%012x", getpid(), ++key);
  snprintf(seq, sizeof seq, "%u", key);
  int share = post_count / publisher_count;
  const Request *next = &posts[nth * share + one->nth++ % share];
  one->port = next->port;
  if (one->fd < 0) connect_to(one, nth);
  const char *name = counting == EACH ? "{seq}" : "{uuid}", *value = counting == EACH ? seq : uuid;
  one->size = fill(one->request, sizeof one->request, next->text, name, value);
  one->posted_us = now_us();
  posted++;
  if (!pacing) {
    posted_us[posted % RING] = one->posted_us;
    reached[(posted + RING / 2) % RING] = 0;
  }
  one->busy = 1;
  one->seq = 0;
  one->had = 0;
  if (send(one->fd, one->request, one->size, MSG_NOSIGNAL) != (ssize_t)one->size) again(one, nth);
}

static void answer(int nth) {
  Publisher *one = &publishers[nth];
  size_t room = sizeof one->in - 1 - (size_t)one->had;
  ssize_t got = recv(one->fd, one->in + one->had, room, MSG_DONTWAIT);
  if (got < 0 && errno == EAGAIN) return;
  if (got <= 0) {
    if (one->busy && !one->seq) {
      again(one, nth);
      return;
    }
    /* It was idle for longer than the server waits. */
    by_fd[one->fd] = -1;
    close(one->fd);
    one->fd = -1;
    return;
  }
  one->had += (int)got;
  one->in[one->had] = 0;
  char *stop = strstr(one->in, "\r\n\r\n");
  if (!stop) return;
  char *said = strcasestr(one->in, "content-length:");
  if (said && one->had < (int)(stop - one->in) + 4 + atoi(said + 15)) return;
  if (strncmp(one->in, "HTTP/1.1 20", 11) != 0) {
    fprintf(stderr, "not published: %.600s\n", one->in);
    exit(1);
  }
  char *seq = counting == COUNT ? NULL : strstr(stop, "\"seq\":");
  one->seq = seq ? atoll(seq + 6) : ++answered;
  if (!pacing) return;
  by_seq[one->seq % RING].us = one->posted_us;
  by_seq[one->seq % RING].port = one->port;
  note(one->seq, one->port, LABELS);
}

static int on_all(int64_t seq) { return reached[seq % RING] >= (uint32_t)(live - stopped); }

/* The next event of each publisher whose last one is answered and on every reading stream. */
static void go_on(void) {
  for (int nth = 0; nth < publisher_count; nth++) {
    Publisher *one = &publishers[nth];
    if (one->busy && one->seq == 0) continue;
    if (one->busy && !on_all(one->seq)) continue;
    one->busy = 0;
    post(nth);
  }
}

/* ---- the loop ---- */

static void turn(int wait_ms) {
  static struct epoll_event happened[EVENTS];
  int many = epoll_wait(poller, happened, EVENTS, wait_ms);
  for (int each = 0; each < many; each++) {
    int fd = happened[each].data.fd, at = by_fd[fd];
    if (fd == 0) continue;
    if (at <= -2) answer(-2 - at);
    else if (at < 0) continue;
    else if (streams[at].state == CONNECTING) say_hello(at);
    else hear(at);
  }
}

static int by_size(const void *a, const void *b) {
  double one = *(const double *)a, other = *(const double *)b;
  return one < other ? -1 : one > other;
}

static double share(double of) {
  int many = opened < MAX_STREAMS ? opened : MAX_STREAMS;
  if (many == 0) return 0;
  int at = (int)(of * many);
  return opened_ms[at < many ? at : many - 1];
}

static void tell_opened(int64_t began) {
  double all = (double)(now_us() - began) / 1000;
  qsort(opened_ms, (size_t)opened, sizeof *opened_ms, by_size);
  printf("{\"opened\":%d,\"ms\":%.1f,\"p50\":%.2f,\"p99\":%.2f,\"slowest\":%.2f,\"errors\":%d,"
         "\"resyncs\":%d,\"disorder\":%d,\"bytes\":%lld,\"frames\":%lld}\n",
         opened, all, share(0.5), share(0.99), share(1), broken, resyncs, disorder,
         (long long)bytes_read, (long long)frames);
}

static void reset(void) {
  opened = broken = resyncs = disorder = ended = 0;
  frames = deliveries = bytes_read = 0;
}

static void open_more(int many, int at_once, int64_t back) {
  reset();
  int64_t began = now_us();
  int first = count, next = count, goal = live + many;
  count += many;
  int64_t due = newest;
  while (live < goal && now_us() - began < STUCK_US && broken < many) {
    while (next < count && next - first - opened - broken < at_once) {
      Stream *one = &streams[next];
      *one = (Stream){.fd = -1, .last = counting ? answered : due - back};
      one->due = counting ? 0 : due;
      start(next++);
    }
    turn(100);
  }
  tell_opened(began);
}

static double latency_ms(double of) {
  uint64_t all = 0, sum = 0;
  for (int at = 0; at <= BUCKETS; at++) all += histogram[at];
  for (int at = 0; at <= BUCKETS; at++) {
    sum += histogram[at];
    if ((double)sum >= of * (double)all && sum > 0) return (at + 0.5) * BUCKET_US / 1000;
  }
  return 0;
}

/* Events that are not answered, or not on all streams that read. */
static int under_way(void) {
  int open = 0;
  for (int nth = 0; nth < publisher_count; nth++) {
    Publisher *one = &publishers[nth];
    if (one->busy) open += !one->seq || (!pacing && !on_all(one->seq));
  }
  /* Those who keep a pace don't wait for the streams: each event that was answered counts. */
  for (int at = 0; pacing && at < note_count; at++)
    open += notes[at].label == LABELS && !on_all(notes[at].seq);
  return open;
}

/* What is still under way; then nobody waits for anything. Returns what did not come in 3 s. */
static int finish(void) {
  int64_t rest = now_us() + 3000000;
  int open;
  while ((open = under_way()) > 0 && now_us() < rest) turn(20);
  return open;
}

static void publish(int ms, int every_us) {
  reset();
  memset(histogram, 0, sizeof histogram);
  /* Where each event is counted; a POST's place is known before its answer. */
  posted = counting ? answered : newest;
  int64_t events = posted;
  memset(reached, 0, sizeof reached);
  /* Nothing is under way. One that was told too little (nchan may answer a stream before it is on
   * its channel) would lag behind in its count for ever, and no event would ever be on all. */
  for (int at = 0; counting == COUNT && at < count; at++) streams[at].last = answered;
  for (int nth = 0; nth < publisher_count; nth++) publishers[nth].busy = 0;
  measuring = 1;
  double cpu = cpu_s();
  int64_t began = now_us(), next = began;
  int turn_of = 0;
  while (now_us() - began < ms * 1000LL) {
    if (every_us == 0) {
      go_on();
      turn(20);
      continue;
    }
    if (now_us() >= next && (!publishers[turn_of].busy || publishers[turn_of].seq)) {
      post(turn_of);
      turn_of = (turn_of + 1) % publisher_count;
      next += every_us;
    }
    turn(1);
  }
  double took = (double)(now_us() - began) / 1e6, used = cpu_s() - cpu;
  int64_t counted = deliveries, written = frames;
  measuring = 0;
  int missing = finish();
  printf("{\"seconds\":%.4f,\"events\":%lld,\"deliveries\":%lld,\"frames\":%lld,\"p50\":%.3f,"
         "\"p99\":%.3f,\"slowest\":%.3f,\"cpu\":%.4f,\"live\":%d,\"ended\":%d,\"disorder\":%d,"
         "\"missing\":%d,\"bytes\":%lld}\n",
         took, (long long)(posted - events), (long long)counted, (long long)written,
         latency_ms(0.5), latency_ms(0.99), latency_ms(1), used, live, ended, disorder,
         missing, (long long)bytes_read);
}

/* The median and the 99th percentile of what was noted under a label, in milliseconds. */
static void tell_way(const char *name, int label, int elsewhere) {
  static double all[NOTES];
  size_t many = 0;
  for (int at = 0; at < note_count; at++) {
    const Note *one = &notes[at];
    int64_t us = by_seq[one->seq % RING].us;
    int away = one->port != by_seq[one->seq % RING].port;
    if (one->label == label && away == elsewhere && us) all[many++] = (double)(one->us - us) / 1000;
  }
  qsort(all, many, sizeof *all, by_size);
  printf(",\"%s%s\":{\"many\":%zu,\"p50\":%.3f,\"p99\":%.3f}", name, elsewhere ? " elsewhere" : "",
         many, many ? all[many / 2] : 0, many ? all[many * 99 / 100] : 0);
}

/* Each publisher acts, has its answer, thinks, and acts again. */
static void pace(int ms, int first_us, int from_us, int to_us) {
  reset();
  memset(reached, 0, sizeof reached);
  memset(by_seq, 0, sizeof by_seq);
  note_count = 0;
  pacing = 1;
  int64_t began = now_us(), end_us = began + ms * 1000LL, events = posted;
  for (int nth = 0; nth < publisher_count; nth++) {
    publishers[nth].busy = 0;
    publishers[nth].next_us = began + (int64_t)((double)rand() / RAND_MAX * first_us);
  }
  for (int64_t now = began; now < end_us; now = now_us()) {
    int64_t next = end_us;
    for (int nth = 0; nth < publisher_count; nth++) {
      Publisher *one = &publishers[nth];
      if (one->busy && !one->seq) continue;
      if (one->busy) {
        one->busy = 0;
        one->next_us = now + from_us + (int64_t)((double)rand() / RAND_MAX * (to_us - from_us));
      }
      if (one->next_us <= now) post(nth);
      else if (one->next_us < next) next = one->next_us;
    }
    turn(next <= now ? 0 : (int)((next - now) / 1000) + 1);
  }
  double took = (double)(now_us() - began) / 1e6;
  int missing = finish();
  pacing = 0;
  printf("{\"seconds\":%.4f,\"events\":%lld,\"missing\":%d,\"live\":%d", took,
         (long long)(posted - events), missing, live);
  tell_way("answer", LABELS, 0);
  for (int label = 0; label < LABELS; label++) {
    char name[12];
    snprintf(name, sizeof name, "%d", label);
    tell_way(name, label, 0);
    tell_way(name, label, 1);
  }
  printf("}\n");
}

static void stop_reading(int many) {
  for (int at = 0; at < many; at++) {
    int small = 4096;
    setsockopt(streams[at].fd, SOL_SOCKET, SO_RCVBUF, &small, sizeof small);
    watch(streams[at].fd, 0, EPOLL_CTL_DEL);
  }
  stopped = many;
  printf("{\"stopped\":%d}\n", many);
}

static void close_last(int many) {
  for (; many > 0 && count > 0; many--) end(--count);
  printf("{\"open\":%d}\n", live);
}

static void renew(int at) {
  int64_t began = now_us();
  end(at);
  streams[at].last = streams[at].due = newest;
  start(at);
  while (!streams[at].greeted && now_us() - began < STUCK_US) turn(100);
  printf("{\"live\":%s}\n", streams[at].greeted ? "true" : "false");
}

/* Until all were ended and are back. */
static void recover(int ms) {
  reset();
  recovering = 1;
  int64_t began = now_us(), first_end = 0, back_at = 0, until = began + ms * 1000LL;
  int goal = live, fewest = live;
  while (now_us() < until) {
    turn(10);
    int64_t now = now_us();
    if (!first_end && live < goal) first_end = now;
    if (live < fewest) fewest = live;
    for (int at = 0; at < count; at++) {
      Stream *one = &streams[at];
      if (one->state != WAITING || one->again_us > now) continue;
      one->again_us = 0;
      one->due = one->last;
      start(at);
    }
    if (ended >= goal && live >= goal) { back_at = now; break; }
  }
  recovering = 0;
  printf("{\"all\":%d,\"ended\":%d,\"back\":%d,\"ms\":%.0f,\"failed\":%d,\"resyncs\":%d,"
         "\"disorder\":%d}\n",
         goal, ended, live, back_at ? (double)(back_at - first_end) / 1000 : -1, broken, resyncs,
         disorder);
}

int main(int argc, char **argv) {
  if (argc < 6) {
    fprintf(stderr, "readers PORT HEADS POSTS PUBLISHERS seq|count|each\n");
    return 1;
  }
  signal(SIGPIPE, SIG_IGN);
  struct rlimit files;
  getrlimit(RLIMIT_NOFILE, &files);
  files.rlim_cur = files.rlim_max;
  setrlimit(RLIMIT_NOFILE, &files);
  port = atoi(argv[1]);
  head_count = split(argv[2], heads);
  post_count = split(argv[3], posts);
  publisher_count = atoi(argv[4]);
  if (publisher_count > MAX_PUBLISHERS) { fprintf(stderr, "too many publishers\n"); return 1; }
  counting = strcmp(argv[5], "seq") == 0 ? SEQ : strcmp(argv[5], "each") == 0 ? EACH : COUNT;
  memset(by_fd, -1, sizeof by_fd);
  poller = epoll_create1(0);
  for (int nth = 0; nth < publisher_count; nth++) publishers[nth].fd = -1;
  watch(0, EPOLLIN, EPOLL_CTL_ADD);
  char asked[200];
  size_t had = 0;
  fcntl(0, F_SETFL, O_NONBLOCK);
  for (;;) {
    turn(-1);
    ssize_t got = read(0, asked + had, sizeof asked - 1 - had);
    if (got == 0) return 0;
    if (got < 0) continue;
    had += (size_t)got;
    asked[had] = 0;
    if (!strchr(asked, '\n')) continue;
    had = 0;
    int a = 0, b = 0, c = 0, d = 0;
    if (sscanf(asked, "open %d %d %d", &a, &b, &c) == 3) open_more(a, b, c);
    else if (sscanf(asked, "publish %d %d", &a, &b) == 2) publish(a, b);
    else if (sscanf(asked, "pace %d %d %d %d", &a, &b, &c, &d) == 4) pace(a, b, c, d);
    else if (sscanf(asked, "stop %d", &a) == 1) stop_reading(a);
    else if (sscanf(asked, "close %d", &a) == 1) close_last(a);
    else if (sscanf(asked, "recover %d", &a) == 1) recover(a);
    else if (sscanf(asked, "renew %d", &a) == 1) renew(a);
    else if (strncmp(asked, "frames", 6) == 0) {
      printf("{\"frames\":%lld}\n", (long long)frames);
      frames = 0;
    }
    else return 0;
    fflush(stdout);
  }
}
