"""PostgreSQL and RabbitMQ for tests. Use the fixtures; unit tests that do not name them start nothing.

``postgres_server`` (session; class PostgresServer)
    ``admin_url``                 postgresql://superuser:password@host:port/postgres
    ``url(database, user, password)``   the address of a database, for the superuser or for a user
    ``connect(database)``, ``execute(*statements, database=...)``   as the superuser, autocommit
    ``restart()``, ``kill()`` (SIGKILL, all processes), ``stop()``, ``start()``
``rabbitmq_server`` (session; class RabbitServer)
    ``new_vhost()``               the name of an empty virtual host that nobody else uses; take one a module
    ``new_url()``                 the administrator's address of one
    ``url(vhost)``                amqp://user:password@host:port/vhost, with the administrator's login
    ``add_user(name, password, vhost, configure, write, read)``   its url
    ``ctl("list_queues", "-p", vhost)``   rabbitmqctl: a second a call
    ``close_connections()``, ``alarm(True)``, ``restart()``, ``kill()``, ``stop()``, ``start()``

The servers are, in this order: those that AGORA_TEST_DATABASE_URL (a superuser) and AGORA_TEST_AMQP_URL (an
administrator, controlled by the command in AGORA_TEST_RABBITMQCTL) name; containers, where Docker answers; private
instances from installed programs; as root on Debian or Ubuntu, programs that are installed first; else every test that
wants one fails with a sentence that says what is missing. A server that merely happens to listen is never used.
A named server is never stopped: a test that wants that fails.

All that is started runs under a caretaker (``caretaker.py``) and is gone when pytest ends, is interrupted or is killed.
``python -m tests.support.servers`` runs both until Ctrl-C and prints the settings that name them.
"""
