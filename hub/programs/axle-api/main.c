/* axle-api: serves the REST face of one instance at AXLE_LISTEN until it is told to end. */
#include <locale.h>
#include <signal.h>
#include <sodium.h>

#include "hub/api/api.h"
#include "hub/base/log.h"
#include "hub/base/notify.h"
#include "hub/store/instance.h"

#define ALIVE_SECONDS 5

static void load(struct arena *process, const struct instance *instance, struct api *api)
{
    *api = (struct api){
        .dsn = instance->dsn,
        .tokens = token_cache_new(process),
        .token = instance_token(process, instance),
        .schemas = instance->schemas,
        .site = instance->site,
        .limits = push_limits_new(process),
        .inbox_most = instance->inbox_most,
    };
}

static bool serve(struct arena *process, const struct instance *instance, struct error *err)
{
    struct api *api = NEW(process, struct api);
    struct http_settings settings = http_usual;
    sigset_t endings;
    load(process, instance, api);
    if (!instance_address(process, instance->listen, &settings.host, &settings.port, err))
        return false;

    /* Blocked before any thread starts: only this one waits for them. */
    (void)sigemptyset(&endings);
    (void)sigaddset(&endings, SIGTERM);
    (void)sigaddset(&endings, SIGINT);
    (void)sigprocmask(SIG_BLOCK, &endings, NULL);
    (void)signal(SIGPIPE, SIG_IGN);

    struct http_app app = api_app(api);
    if (!http_start(process, &settings, &app, err))
        return false;
    log_line(LOG_NOTICE, "listening on %s", instance->listen);
    notify_ready();
    while (sigtimedwait(&endings, NULL, &(struct timespec){.tv_sec = ALIVE_SECONDS}) < 0)
        notify_alive();
    log_line(LOG_NOTICE, "ending");
    return true;
}

int main(void)
{
    ARENA(process);
    struct instance instance;
    struct error err;
    (void)setlocale(LC_ALL, "C.UTF-8");
    (void)setenv("TZ", "UTC", 1);
    if (sodium_init() < 0 || !instance_open(process, &instance, &err) ||
        !serve(process, &instance, &err)) {
        log_line(LOG_ERROR, "%s", err.text);
        return 2;
    }
    return 0;
}
