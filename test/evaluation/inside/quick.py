def main(order, report):
    report(order)
    return 0
