# Sends one message and prints its reply. To run it: pip install pika && RABBITMQ_URL=amqp://localhost python producer.py
import json, os, sys
import pika

url = os.environ.get("RABBITMQ_URL", "amqp://localhost")
import_queue = os.environ.get("IMPORT_QUEUE", "database_import")
result_queue = os.environ.get("RESULT_QUEUE", "database_import_result")
data = {"_fname": "John", "_city": "Oslo"}
body = {"account_id": 1, "db_id": 1, "email": "john@example.com", "feedback_id": "order-1002", "data": data}
# Use the same id whenever you send this message again: then nothing is imported twice.
message_id = sys.argv[1] if len(sys.argv) > 1 else "order-1002"

connection = pika.BlockingConnection(pika.URLParameters(url))
channel = connection.channel()
channel.confirm_delivery()
properties = pika.BasicProperties(
    content_type="application/json", delivery_mode=2, message_id=message_id, app_id="crm")
# Raises UnroutableError if there is no such queue. The service declares both queues when it starts.
channel.basic_publish("", import_queue, json.dumps(body), properties, mandatory=True)
# One program reads the replies to all messages. A reply may come twice: then its message_id, the import id, is the same.
for method, reply, content in channel.consume(result_queue):
    print(reply.correlation_id, reply.headers["verdict"], content.decode())
    channel.basic_ack(method.delivery_tag)
    if reply.correlation_id == message_id:
        break
connection.close()
