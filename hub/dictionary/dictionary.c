#include "hub/dictionary/dictionary.h"

#include <unistd.h>

#include "hub/base/hash.h"
#include "hub/base/nearest.h"
#include "hub/dictionary/loader.h"

/* An element of the class that can name a thing: one value in a record, standing by itself. */
static const struct element *identifying(struct loader *loader, const struct dictionary *dictionary,
                                         const struct object_class *class, const char *path,
                                         const struct identity_draft *draft,
                                         const struct xml_attribute *at)
{
    const struct element *element = dictionary_path(dictionary, class->name, path);
    struct nearest near = {.word = path};
    if (element && !element->many && !element->composite)
        return element;
    for (size_t i = 0; i < class->count; i++)
        nearest_offer(&near, dictionary->elements[class->first + i].path);
    if (element)
        finding_add(loader->findings, draft->xml->file, at->line, at->column,
                    "'%s' can stand many times in a record; it names no thing", path);
    else
        finding_add(loader->findings, draft->xml->file, at->line, at->column,
                    "the class '%s' has no element '%s'%s", class->name, path,
                    nearest_hint(loader->arena, near.best));
    return NULL;
}

/* The elements that an attribute lists, divided by blanks. */
static const struct element *const *read_paths(struct loader *loader,
                                               const struct dictionary *dictionary,
                                               const struct object_class *class,
                                               const struct identity_draft *draft, const char *name,
                                               size_t *count)
{
    const struct xml_attribute *at = xml_attribute(draft->node, name);
    size_t pieces;
    *count = 0;
    if (!at)
        return NULL;
    const char **paths = text_split(loader->arena, at->value, ' ', &pieces);
    const struct element **elements = NEW_ARRAY(loader->arena, const struct element *, pieces + 1);
    for (size_t i = 0; i < pieces; i++)
        if (*paths[i] &&
            (elements[*count] = identifying(loader, dictionary, class, paths[i], draft, at)))
            ++*count;
    return elements;
}

static void finish_identities(struct loader *loader, const struct dictionary *dictionary,
                              const struct class_draft *draft, struct object_class *class)
{
    struct identity *identities = NEW_ARRAY(loader->arena, struct identity, draft->count + 1);
    for (size_t i = 0; i < draft->count; i++) {
        const struct identity_draft *at = &draft->list[i];
        identities[i].of = read_paths(loader, dictionary, class, at, "of", &identities[i].count);
        identities[i].agree =
            read_paths(loader, dictionary, class, at, "agree", &identities[i].agree_count);
    }
    class->identities = identities;
    class->identity_count = draft->count;
}

static void finish_stitch(struct loader *loader, const struct dictionary *dictionary,
                          const struct class_draft *draft, struct object_class *class)
{
    size_t count;
    if (!draft->stitch.node)
        return;
    const struct element *const *by =
        read_paths(loader, dictionary, class, &draft->stitch, "by", &count);
    class->visitor = count ? by[0] : NULL;
    class->moments =
        read_paths(loader, dictionary, class, &draft->stitch, "at", &class->moment_count);
}

static struct element finished(struct loader *loader, struct element_draft *draft, unsigned id)
{
    element_check(loader, draft);
    LIST_ADD(loader->arena, draft, NULL);
    draft->element.synonyms = draft->list;
    draft->element.id = id;
    return draft->element;
}

static void finish_classes(struct loader *loader, struct dictionary *dictionary)
{
    struct object_class *class =
        NEW_ARRAY(loader->arena, struct object_class, loader->class_count + 1);
    struct element *elements = NEW_ARRAY(loader->arena, struct element, loader->element_count + 1);
    unsigned id = 0;
    dictionary->classes = class;
    dictionary->elements = elements;
    for (const struct class_draft *c = loader->first; c; c = c->next, class ++) {
        *class = c->object_class;
        class->first = id;
        for (struct element_draft *e = c->first; e; e = e->next, id++) {
            elements[id] = finished(loader, e, id);
            map_put_text(&dictionary->by_name, elements[id].name, &elements[id]);
        }
        class->count = id - class->first;
        finish_identities(loader, dictionary, c, class);
        finish_stitch(loader, dictionary, c, class);
        dictionary->class_count++;
    }
    dictionary->element_count = id;
}

static const struct dictionary *finish(struct loader *loader, const char *hash)
{
    struct dictionary *dictionary = NEW(loader->arena, struct dictionary);
    dictionary->hash = hash;
    dictionary->by_name.arena = loader->arena;
    dictionary->domains = loader->domains.list;
    dictionary->domain_count = loader->domains.count;
    finish_classes(loader, dictionary);
    return dictionary;
}

/* Both files, or the one; NULL where one that should be there has mistakes. */
static const struct dictionary *read_files(struct arena *arena, const struct xml_file *shipped,
                                           const struct xml_file *site, struct findings *findings)
{
    size_t errors = findings->errors;
    struct loader loader = {.arena = arena, .findings = findings};
    loader.domains = (struct domains){.arena = arena, .findings = findings};
    loader.domains.by_name.arena = loader.names.arena = loader.columns.arena = arena;
    const struct xml_file *const files[] = {shipped, site};
    struct buffer hashes = {.arena = arena};
    for (size_t i = 0; i < COUNT_OF(files) && files[i]; i++) {
        buffer_text(&hashes, files[i]->hash);
        domains_read(&loader.domains, files[i]);
        classes_read(&loader, files[i]);
    }
    views_check(&loader);
    const struct dictionary *dictionary =
        finish(&loader, sha256_hex(arena, buffer_string(&hashes), hashes.length));
    return findings->errors > errors ? NULL : dictionary;
}

const struct dictionary *dictionary_load(struct arena *arena, const char *schema,
                                         const char *shipped, const char *site,
                                         struct findings *findings)
{
    bool extended = site && access(site, F_OK) == 0;
    const struct xml_file *own = xml_load(arena, shipped, schema, findings);
    const struct xml_file *more = own && extended ? xml_load(arena, site, schema, findings) : NULL;
    return own && (more || !extended) ? read_files(arena, own, more, findings) : NULL;
}

const struct dictionary *dictionary_read(struct arena *arena, const char *schema,
                                         const char *shipped, const char *site_name,
                                         struct slice site_text, struct findings *findings)
{
    bool extended = site_text.bytes;
    const struct xml_file *own = xml_load(arena, shipped, schema, findings);
    const struct xml_file *more =
        own && extended ? xml_read(arena, site_name, site_text, schema, findings) : NULL;
    return own && (more || !extended) ? read_files(arena, own, more, findings) : NULL;
}

const struct element *dictionary_element(const struct dictionary *dictionary, const char *name)
{
    return map_get_text(&dictionary->by_name, name);
}

const struct element *dictionary_path(const struct dictionary *dictionary, const char *class_name,
                                      const char *path)
{
    char name[200];
    size_t before = strlen(class_name), behind = strlen(path);
    if (before + behind + 2 > sizeof(name))
        return NULL;
    memcpy(name, class_name, before);
    name[before] = '.';
    memcpy(name + before + 1, path, behind + 1);
    return dictionary_element(dictionary, name);
}

const struct object_class *dictionary_class(const struct dictionary *dictionary, const char *name)
{
    for (size_t i = 0; i < dictionary->class_count; i++)
        if (text_equal(dictionary->classes[i].name, name))
            return &dictionary->classes[i];
    return NULL;
}
