#include "hub/store/publish.h"

#include "hub/store/publish_sql.h"
#include "sql.gen.h"

/* Counts up when the views below change, so that they are made anew. */
#define PUBLISH_VERSION 11
#define CLASS "customer"

/* Views that do not depend on the dictionary. */
static const struct {
    const char *name;
    const struct stmt *select;
    const char *comment;
} fixed_views[] = {
    {"xref", &SQL_VIEW_XREF, "Which customer a record of a source is"},
    {"id_event", &SQL_VIEW_ID_EVENT, "What became of customer ids: merged, split, moved, erased"},
    {"review_task", &SQL_VIEW_REVIEW_TASK, "What the hub is not sure of and asks a steward"},
    {"reject", &SQL_VIEW_REJECT, "Inputs that were set aside, with the reason and the place"},
    {"conservation", &SQL_VIEW_CONSERVATION, "What became of everything received; balance is 0"},
    {"drift", &SQL_VIEW_DRIFT, "Fields of sources that are not as their mapping expects"},
    {"source", &SQL_VIEW_SOURCE, "Where records come from, and how that goes"},
    {"relation", &SQL_VIEW_RELATION, "What records are to each other, as their sources say"},
    {"household_member", &SQL_VIEW_HOUSEHOLD_MEMBER, "Who belongs to which household"},
    {"ownership", &SQL_VIEW_OWNERSHIP, "Who owned which product, one after the other"},
};

/* What the columns mean that come from no element of the dictionary; view "" is any that has the column. */
static const struct {
    const char *view, *column, *comment;
} columns[] = {
    {"", "customer_id", "The customer; the id stays while records come and go"},
    {"", "version", "Counts up with every change"},
    {"", "source", "The source's name, that of its mapping file"},
    {"", "source_key", "What names the record in its source"},
    {"", "part", "Tells the records that one source record makes apart; mostly empty"},
    {"", "is_primary", "The one to use where only one can be used"},
    {"", "undeliverable_since",
     "When it first could not be reached; null once it is heard from, or where nobody says so"},
    {"", "is_stitched", "It names no customer; its visitor said who he is before or after"},
    {"", "scheme", "Who gave it out, or where it holds: passport, loyalty, the network's name"},
    {"", "country", "The country whose authority gave it out, as ISO 3166-1 alpha-2"},
    {"", "created_at", "Since when it is here"},
    {"", "household_id", "The household; null where no source tells of one"},
    {"", "record_count", "Of how many source records it consists"},
    {"", "updated_at", "When it last changed here"},
    {"relation", "class", "What the record is of: customer, transaction, ..."},
    {"relation", "customer_id", "The customer that the record is; null where it is no customer"},
    {"relation", "role", "What the record says of the other one: this is its ..."},
    {"relation", "to_source", "The other record's source"},
    {"relation", "to_source_key", "What names the other record in its source"},
    {"relation", "to_part", "Which part of it"},
    {"relation", "to_class", "What the other one is of; null while it has not come"},
    {"relation", "to_customer_id", "The customer that the other record is; null where it is none"},
    {"household", "display_name", "What to call the household on a screen"},
    {"household_member", "role",
     "What the customer is in the household; member where nobody says more"},
    {"household_member", "since", "When a source first said so"},
    {"ownership", "product_id", "The product; the id stays while records come and go"},
    {"ownership", "since", "Of the purchase, as exactly as it is known; null: nobody says when"},
    {"ownership", "until", "When the next owner purchased it; null: the owner until now"},
    {"ownership", "registration_id", "The first registration that says so"},
    {"customer", "display_name", "What to call the customer on a screen"},
    {"customer", "record_count", "Of how many source records the customer consists"},
    {"customer", "updated_at", "When this version was made"},
    {"source", "name", "That of the mapping file, without .xml"},
    {"source", "trust", "0 to 100: how much its values count against those of others"},
    {"source", "mapping_hash", "SHA-256 of the mapping file that is live"},
    {"source", "mapping_loaded_at", "Since when that mapping is live"},
    {"source", "connector", "Who looks after it: axle- and this is the program"},
    {"source", "state",
     "starting, reading, waiting (for something to come), full (it is brought once the inbox has "
     "room), "
     "failing, stopped, silent (nobody reads it); null: it is brought, or nobody has looked yet"},
    {"source", "state_since", "Since when that is so"},
    {"source", "last_look", "When the source was last asked, and answered"},
    {"source", "last_record", "When it last brought something new"},
    {"source", "records", "How many were brought in all"},
    {"source", "rate", "How many a second, over about a minute"},
    {"source", "behind", "What the source still holds; null: unknown"},
    {"source", "lag_ms", "Milliseconds that what came last had waited; null: unknown"},
    {"source", "attempts", "How many have failed, one after the other"},
    {"source", "error", "The last trouble, in words"},
    {"source", "error_at", "When that was"},
    {"source", "host", "Where the process runs that reads it"},
    {"source", "pid", "Which process that is"},
    {"xref", "first_seen", "When the record first came in"},
    {"xref", "last_seen", "When it last came in, changed or not"},
    {"lineage", "element", "The element's name in the dictionary"},
    {"lineage", "value", "Its standard form; an address in one line"},
    {"lineage", "rule", "Why it is published; null where it is not"},
    {"lineage", "since", "When the source says that the record changed, or else when it came in"},
    {"lineage", "is_winner", "Published, or only said by a record"},
    {"id_event", "seq", "The order of events"},
    {"id_event", "at", "When it happened"},
    {"id_event", "kind", "MERGE, SPLIT, MOVE or ERASE"},
    {"id_event", "from_ids", "The customers that records left"},
    {"id_event", "to_ids", "The customers that records went to"},
    {"id_event", "moved", "Which records went where"},
    {"id_event", "cause", "What brought it about"},
    {"id_event", "actor", "Who did it: the machine, or a person"},
    {"review_task", "review_id", "Names the task"},
    {"review_task", "kind", "What is asked"},
    {"review_task", "state", "open, claimed, decided or closed"},
    {"review_task", "priority", "The greater, the sooner"},
    {"review_task", "customer_ids", "The customers in question"},
    {"review_task", "opened_at", "When it was first asked"},
    {"review_task", "closed_at", "When it was answered, or needed no answer any more"},
    {"review_task", "reason", "Why the hub is not sure"},
    {"reject", "reject_id", "Names the reject"},
    {"reject", "received_at", "When the input came in"},
    {"reject", "stage", "Where it failed: transport, decode, map, validate, size or id"},
    {"reject", "code", "The kind of failure, the same word every time"},
    {"reject", "message", "What is wrong, in words"},
    {"reject", "file", "The name of the file that it stood in"},
    {"reject", "line", "The line of that file, from 1"},
    {"reject", "column", "The byte of that line, from 1"},
    {"reject", "raw", "The input as it came; of a long one its beginning"},
    {"reject", "length", "How many bytes the whole input has"},
    {"reject", "hash", "SHA-256 of the whole input, where raw is only its beginning"},
    {"conservation", "received", "Records that came in, each position of a file once"},
    {"conservation", "pending", "Waiting for a worker"},
    {"conservation", "rejected", "Set aside; the view reject says why"},
    {"conservation", "held", "Kept back until somebody decides"},
    {"conservation", "suppressed", "Passed over: the mapping makes no record of them"},
    {"conservation", "unchanged", "Said what was known already"},
    {"conservation", "current", "Made what is current now"},
    {"conservation", "superseded", "Were current until a later one came"},
    {"conservation", "deleted", "Made what the source has deleted since"},
    {"conservation", "balance", "Received, less all the others: 0, or something is lost"},
    {"drift", "field", "As a mapping would name it: a column, a JSON Pointer, a path"},
    {"drift", "kind",
     "new: the mapping does not know it; missing; retyped: of another kind than before"},
    {"drift", "first_seen", "When the first such record was taken in"},
    {"drift", "last_seen", "When the latest one was"},
    {"drift", "records", "How many were"},
    {"", "kind", "What it is for: home, work, mobile; as the source says"},
};

/* The kind is a column of its own, filled also where no source says it. */
static bool is_column(const struct element *element)
{
    return !element->composite && !element->many && !text_equal(element->path, "kind");
}

static void add_customer(struct publication *to)
{
    const struct element *element;
    buffer_text(&to->sql, "create view axle." CLASS " as\n"
                          "select customer_id, version, kind, display_name");
    for (size_t at = 0; (element = publish_next(to, &at));)
        if (is_column(element))
            buffer_printf(&to->sql, ",\n       doc->>%s as %s", publish_text(to, element->path),
                          publish_name(to, element->column));
    buffer_printf(&to->sql,
                  ",\n       (select m.household_id from (%s) m\n"
                  "        where m.customer_id = g.customer_id order by m.household_id limit 1)"
                  " as household_id,\n"
                  "       record_count, created_at, updated_at\nfrom hub.golden g;\n",
                  SQL_VIEW_HOUSEHOLD_MEMBER.text);
    publish_comment_view(to, CLASS, "The unified customers");
    for (size_t at = 0; (element = publish_next(to, &at));)
        if (is_column(element) || text_equal(element->path, "kind"))
            publish_comment_column(to, CLASS, element->column, element);
}

/* Since when things fail to reach it, that is since they last came from it. */
static void add_reach(struct publication *to, const struct element *point)
{
    const struct dictionary *dictionary = to->dictionary;
    for (size_t i = 0; i < dictionary->element_count; i++) {
        const struct element *element = &dictionary->elements[i];
        const char *path = publish_text(to, element->path);
        if (!element->about || !text_equal(element->about, point->name))
            continue;
        buffer_printf(
            &to->sql,
            ",\n       (select hub.moment(min(t.at)) from (\n"
            "            select t.doc->>'time' as at, t.doc->>'outcome' = 'bounced' as failed,\n"
            "                max(t.doc->>'time') filter (where t.doc->>'direction' = 'inbound'\n"
            "                    and t.doc->>'outcome' is distinct from 'bounced') over () as "
            "heard\n"
            "            from hub.thing t where t.class = %s and t.doc ? %s\n"
            "              and t.doc->>%s = i.item->>'value') t\n"
            "        where t.failed and (t.heard is null or t.heard < t.at)) as "
            "undeliverable_since",
            publish_text(to, element->class_name), path, path);
        return;
    }
}

/* Identifiers are told apart by scheme and country, contact points by kind. */
static void add_many(struct publication *to, const struct element *element)
{
    bool identifies = element->standardiser && text_equal(element->standardiser, "identifier");
    const char *view = arena_printf(to->sql.arena, CLASS "_%s", element->column);
    buffer_printf(&to->sql,
                  "create view axle.%s as\n"
                  "select g.customer_id, i.item->>'value' as value%s, i.n = 1 as is_primary",
                  publish_name(to, view),
                  identifies ? ", i.item->>'scheme' as scheme, i.item->>'country' as country"
                             : ", i.item->>'kind' as kind");
    add_reach(to, element);
    buffer_printf(
        &to->sql,
        "\nfrom hub.golden g, jsonb_array_elements(g.doc->%s) with ordinality i(item, n);\n",
        publish_text(to, element->path));
    publish_comment_view(to, view, element->label);
    publish_comment_column(to, view, "value", element);
}

static void add_composite(struct publication *to, const char *composite)
{
    const struct element *part;
    const char *view = arena_printf(to->sql.arena, CLASS "_%s", composite);
    buffer_printf(&to->sql, "create view axle.%s as\nselect g.customer_id", publish_name(to, view));
    for (size_t at = 0; (part = publish_next_part(to, composite, &at));)
        buffer_printf(&to->sql, ",\n       i.item->>%s as %s", publish_text(to, publish_part(part)),
                      publish_name(to, publish_part(part)));
    buffer_printf(
        &to->sql,
        ",\n       i.item->>'kind' as kind, i.n = 1 as is_primary\n"
        "from hub.golden g, jsonb_array_elements(g.doc->%s) with ordinality i(item, n);\n",
        publish_text(to, composite));
    publish_comment_view(to, view, "Each as a whole from one record; the primary one first");
    for (size_t at = 0; (part = publish_next_part(to, composite, &at));)
        publish_comment_column(to, view, publish_part(part), part);
}

/* A composite as one text, from `item`, a JSON object of its parts: the line only when there is no more. */
static void add_composite_text(struct publication *to, const char *composite, const char *item)
{
    const struct element *part;
    bool line = false;
    buffer_text(&to->sql, "coalesce(nullif(concat_ws(', '");
    for (size_t at = 0; (part = publish_next_part(to, composite, &at));) {
        bool is_line = text_equal(publish_part(part), "line");
        line = line || is_line;
        if (!is_line)
            buffer_printf(&to->sql, ", %s->>%s", item, publish_text(to, publish_part(part)));
    }
    buffer_printf(&to->sql, "), '')%s%s)", line ? ", " : "",
                  line ? arena_printf(to->sql.arena, "%s->>'line'", item) : "");
}

/* Winners: the packed lineage names, for every value of the document, its record and rule.  `offset 0` keeps
 * the records to be fetched one by one: the planner takes a lineage to be a hundred times longer. */
static void add_winners(struct publication *to)
{
    const struct element *element;
    buffer_text(&to->sql,
                "select g.customer_id, '" CLASS ".' || e.path as element,\n"
                "       case jsonb_typeof(i.item) when 'object' then coalesce(i.item->>'value'");
    for (size_t at = 0; (element = publish_next(to, &at));)
        if (publish_leads(to, element)) {
            buffer_printf(&to->sql, ",\n           case e.path when %s then ",
                          publish_text(to, element->composite));
            add_composite_text(to, element->composite, "i.item");
            buffer_text(&to->sql, " end");
        }
    buffer_text(&to->sql,
                ")\n           else i.item #>> '{}' end as value,\n"
                "       s.name as source, r.source_key, r.part, w.pair->>1 as rule,\n"
                "       coalesce(r.effective_at, r.first_seen) as since, true as is_winner\n"
                "from hub.golden g\n"
                "cross join jsonb_each(g.lineage) e(path, pairs)\n"
                "cross join jsonb_array_elements(e.pairs) with ordinality w(pair, n)\n"
                "cross join lateral (select case jsonb_typeof(g.doc->e.path) when 'array'\n"
                "    then g.doc->e.path->(w.n::integer - 1) else g.doc->e.path end) i(item)\n"
                "cross join lateral (select source_id, source_key, part, effective_at, first_seen\n"
                "    from hub.record where record_id = (w.pair->>0)::bigint offset 0) r\n"
                "join hub.source s using (source_id)\n");
}

/* Runners-up among values by themselves: what the records say and the golden does not. */
static void add_runners_up(struct publication *to)
{
    const struct element *element;
    const char *separator = "";
    buffer_text(&to->sql, "union all\n"
                          "select l.customer_id, '" CLASS
                          ".' || d.path, v.item->>'v', s.name, r.source_key,\n"
                          "       r.part, null, coalesce(r.effective_at, r.first_seen), false\n"
                          "from hub.link l\n"
                          "join hub.golden g using (customer_id)\n"
                          "join hub.record r using (record_id)\n"
                          "join hub.source s using (source_id)\n"
                          "cross join jsonb_each(r.doc) d(path, items)\n"
                          "cross join jsonb_array_elements(d.items) v(item)\n"
                          "where v.item ? 'v' and d.path in (");
    for (size_t at = 0; (element = publish_next(to, &at));)
        if (!element->composite) {
            buffer_printf(&to->sql, "%s%s", separator, publish_text(to, element->path));
            separator = ", ";
        }
    buffer_text(&to->sql, ")\n"
                          "  and case jsonb_typeof(g.doc->d.path)\n"
                          "      when 'array' then not g.doc->d.path @>\n"
                          "          jsonb_build_array(jsonb_build_object('value', v.item->'v'))\n"
                          "      else g.doc->d.path is distinct from v.item->'v' end\n");
}

/* The same among composites: the parts of one record and group, put together.  A line that parts were read
 * out of is not published beside them. */
static void add_composite_runners_up(struct publication *to, const char *composite)
{
    const struct element *part;
    const char *separator = "";
    buffer_printf(&to->sql, "union all\nselect l.customer_id, %s, ",
                  publish_text(to, arena_printf(to->sql.arena, CLASS ".%s", composite)));
    add_composite_text(to, composite, "i.item");
    buffer_printf(&to->sql,
                  ",\n       s.name, r.source_key, r.part, null,"
                  " coalesce(r.effective_at, r.first_seen), false\n"
                  "from hub.link l\n"
                  "join hub.golden g using (customer_id)\n"
                  "join hub.record r using (record_id)\n"
                  "join hub.source s using (source_id)\n"
                  "cross join lateral (\n"
                  "    select jsonb_object_agg(substr(d.path, %zu), v.item->'v')\n"
                  "    from jsonb_each(r.doc) d(path, items)\n"
                  "    cross join jsonb_array_elements(d.items) v(item)\n"
                  "    where v.item ? 'v' and d.path in (",
                  strlen(composite) + 2);
    for (size_t at = 0; (part = publish_next_part(to, composite, &at)); separator = ", ")
        buffer_printf(&to->sql, "%s%s", separator, publish_text(to, part->path));
    buffer_printf(&to->sql,
                  ")\n    group by v.item->>'g') i(item)\n"
                  "where (g.doc->%s @> jsonb_build_array(\n"
                  "    coalesce(nullif(i.item - 'line', '{}'), i.item))) is not true\n",
                  publish_text(to, composite));
}

static void add_lineage(struct publication *to)
{
    const struct element *element;
    buffer_text(&to->sql, "create view axle.lineage as\n");
    add_winners(to);
    add_runners_up(to);
    for (size_t at = 0; (element = publish_next(to, &at));)
        if (publish_leads(to, element))
            add_composite_runners_up(to, element->composite);
    buffer_text(&to->sql, ";\n");
    publish_comment_view(to, "lineage",
                         "Where each published value comes from, and what else was said");
}

/* The first row that fits, for every column that has no comment yet. */
static void comment_columns(struct publication *to)
{
    buffer_text(&to->sql,
                "do $$ declare c record; begin\nfor c in\n"
                "select distinct on (v.relname, a.attname) v.relname, a.attname, said.meaning\n"
                "from pg_catalog.pg_class v\n"
                "join pg_catalog.pg_attribute a on a.attrelid = v.oid and a.attnum > 0\n"
                "join (values");
    for (size_t i = 0; i < COUNT_OF(columns); i++)
        buffer_printf(&to->sql, "%s\n(%zu, %s, %s, %s)", i ? "," : "", i,
                      publish_text(to, columns[i].view), publish_text(to, columns[i].column),
                      publish_text(to, columns[i].comment));
    buffer_text(&to->sql, ") said (n, view, col, meaning)\n"
                          "    on said.view in ('', v.relname) and said.col = a.attname\n"
                          "where v.relnamespace = 'axle'::regnamespace and v.relkind = 'v'\n"
                          "  and pg_catalog.col_description(v.oid, a.attnum) is null\n"
                          "order by v.relname, a.attname, said.n loop\n"
                          "execute pg_catalog.format('comment on column axle.%I.%I is %L',"
                          " c.relname, c.attname, c.meaning);\n"
                          "end loop; end $$;\n");
}

static void add_all(struct publication *to)
{
    const struct element *element;
    buffer_text(&to->sql, "do $$ declare name text; begin\n"
                          "for name in select viewname from pg_catalog.pg_views"
                          " where schemaname = 'axle' loop\n"
                          "execute pg_catalog.format('drop view axle.%I', name);\n"
                          "end loop; end $$;\n");
    add_customer(to);
    for (size_t at = 0; (element = publish_next(to, &at));) {
        if (publish_leads(to, element))
            add_composite(to, element->composite);
        else if (element->many && !element->composite)
            add_many(to, element);
    }
    add_lineage(to);
    publish_things(to);
    for (size_t i = 0; i < COUNT_OF(fixed_views); i++) {
        buffer_printf(&to->sql, "create view axle.%s as\n%s;\n",
                      publish_name(to, fixed_views[i].name), fixed_views[i].select->text);
        publish_comment_view(to, fixed_views[i].name, fixed_views[i].comment);
    }
    comment_columns(to);
}

const char *publish_stamp(struct arena *arena, const struct dictionary *dictionary)
{
    return arena_printf(arena, "%s/%d", dictionary->hash, PUBLISH_VERSION);
}

bool publish_views_here(struct db *db, const struct dictionary *dictionary, struct error *err)
{
    ARENA(work);
    struct rows rows;
    const char *stamp = publish_stamp(work, dictionary);
    if (!db_run(work, db, &SQL_PUBLICATION_LOCK, NO_PARAMS, &rows, err))
        return false;
    if (!rows.count)
        return error_set(err, ERROR_FATAL, "there is no hub in this database: run 'axle init'");
    if (text_equal(rows_text(&rows, 0, 0), stamp))
        return true;
    struct publication to = {.sql.arena = work, .dictionary = dictionary, .class_name = CLASS};
    add_all(&to);
    if (!db_script(db, buffer_string(&to.sql), err) ||
        !db_run(work, db, &SQL_PUBLICATION_STAMP, PARAMS(db_text(stamp)), NULL, err))
        return error_wrap(err, "cannot publish the schema axle");
    return true;
}

bool publish_views(struct db *db, const struct dictionary *dictionary, struct error *err)
{
    ARENA(work);
    struct tx *tx = tx_begin(work, db, err);
    return tx && publish_views_here(db, dictionary, err) && tx_commit(tx, err);
}
