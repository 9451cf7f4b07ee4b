-- Run once, on an empty volume, by the image's entrypoint.
CREATE TABLE logins (
    id serial PRIMARY KEY,
    name text NOT NULL,
    worker text NOT NULL,
    at timestamptz NOT NULL DEFAULT now()
);
