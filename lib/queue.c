/* queue.c - see queue.h. */
#include "queue.h"

#include "clock.h"

/* Below this many tokens a batch is not split among idle workers: a forward
 * pass reads all weights whatever it computes. */
enum { MIN_SHARE = 64 };

void snt_queue_init(snt_queue *queue)
{
    *queue = (snt_queue){.first = NULL};
    pthread_mutex_init(&queue->lock, NULL);
    pthread_cond_init(&queue->filled, NULL);
}

void snt_queue_destroy(snt_queue *queue)
{
    pthread_cond_destroy(&queue->filled);
    pthread_mutex_destroy(&queue->lock);
}

static void append_lane(snt_queue *queue, snt_lane *lane)
{
    lane->next = NULL;
    if (queue->last)
        queue->last->next = lane;
    else
        queue->first = lane;
    queue->last = lane;
}

static snt_lane *take_lane(snt_queue *queue)
{
    snt_lane *lane = queue->first;

    queue->first = lane->next;
    if (!queue->first)
        queue->last = NULL;
    return lane;
}

void snt_queue_push(snt_queue *queue, snt_lane *lane, snt_task *task)
{
    task->queued_us = snt_clock_now_us();
    pthread_mutex_lock(&queue->lock);
    if (!lane->first)
        append_lane(queue, lane);
    for (uint32_t i = 0; i < task->n_pieces; i++) {
        snt_piece *piece = &task->pieces[i];

        piece->next = NULL;
        if (lane->first)
            lane->last->next = piece;
        else
            lane->first = piece;
        lane->last = piece;
        queue->pieces++;
        queue->tokens += piece->tokens;
    }
    if (queue->idle)
        pthread_cond_signal(&queue->filled);
    pthread_mutex_unlock(&queue->lock);
}

static snt_piece *pop(snt_queue *queue)
{
    snt_lane *lane = take_lane(queue);
    snt_piece *piece = lane->first;

    lane->first = piece->next;
    if (lane->first)
        append_lane(queue, lane);
    queue->pieces--;
    queue->tokens -= piece->tokens;
    return piece;
}

static size_t share(const snt_queue *queue, size_t max_tokens)
{
    size_t mine = queue->tokens / (queue->idle + 1);

    if (mine < MIN_SHARE)
        mine = MIN_SHARE;
    return mine < max_tokens ? mine : max_tokens;
}

/* A call of someone else's that nobody has followed yet is lost: a pass does
 * without help as well. Who follows one when the pass is over finds that out.
 */
static unsigned call(snt_queue *queue, const snt_help *help)
{
    unsigned n = help->most < queue->idle ? help->most : queue->idle;

    if (!n)
        return 0;
    queue->whom = help->self;
    queue->seats = n;
    for (unsigned i = 0; i < n; i++)
        pthread_cond_signal(&queue->filled);
    return n;
}

static void wait(snt_queue *queue)
{
    while (!queue->pieces && !queue->closing && !queue->seats) {
        queue->idle++;
        pthread_cond_wait(&queue->filled, &queue->lock);
        queue->idle--;
    }
}

size_t snt_queue_take(
    snt_queue *queue, snt_piece **pieces, size_t cap, size_t max_tokens,
    snt_help *help)
{
    size_t n = 0, tokens = 0, most;

    help->whom = NULL;
    pthread_mutex_lock(&queue->lock);
    wait(queue);
    if (!queue->pieces && !queue->closing) {
        queue->seats--;
        help->whom = queue->whom;
    }
    most = share(queue, max_tokens);
    while (queue->pieces && n < cap) {
        size_t next = queue->first->first->tokens;

        if (n && tokens + next > most)
            break;
        pieces[n++] = pop(queue);
        tokens += next;
    }
    help->came = 0;
    if (!queue->pieces && n)
        help->came = call(queue, help);
    else if (queue->pieces && queue->idle)
        pthread_cond_signal(&queue->filled);
    pthread_mutex_unlock(&queue->lock);
    return n;
}

bool snt_queue_waiting(const snt_queue *queue)
{
    return atomic_load_explicit(&queue->pieces, memory_order_relaxed) ||
           atomic_load_explicit(&queue->closing, memory_order_relaxed);
}

void snt_queue_close(snt_queue *queue)
{
    pthread_mutex_lock(&queue->lock);
    queue->closing = true;
    pthread_cond_broadcast(&queue->filled);
    pthread_mutex_unlock(&queue->lock);
}
