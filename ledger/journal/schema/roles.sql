-- Who may do what: the owner owns and never logs in, the writer only appends, the reader only reads.
DO $$
DECLARE
    wanted record;
BEGIN
    FOR wanted IN VALUES ('kouan_owner', 'NOLOGIN'), ('kouan_writer', 'LOGIN'), ('kouan_reader', 'LOGIN') LOOP
        IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = wanted.column1) THEN
            EXECUTE format('CREATE ROLE %I %s', wanted.column1, wanted.column2);
        END IF;
    END LOOP;
    IF NOT pg_has_role(current_user, 'kouan_owner', 'member') THEN
        EXECUTE format('GRANT kouan_owner TO %I', current_user);
    END IF;
    EXECUTE format('GRANT CREATE, TEMPORARY ON DATABASE %I TO kouan_owner', current_database());
END
$$;
