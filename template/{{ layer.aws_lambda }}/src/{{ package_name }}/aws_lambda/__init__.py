"""AWS Lambda, behind an HTTP API of API Gateway: https://docs.aws.amazon.com/lambda/latest/dg/."""
